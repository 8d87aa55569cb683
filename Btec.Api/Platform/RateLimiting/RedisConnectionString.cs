using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The connection string of the Redis that all instances share.</summary>
internal static class RedisConnectionString
{
    private const string Name = "redis";

    private const string Setting = $"ConnectionStrings:{Name}";

    /// <summary>The time limit of one connection attempt, and the delay before the next. Counting is shared again within seconds
    /// of Redis coming back.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Reads the setting, which is <c>host:port,password=…</c> or <c>redis://user:password@host:port</c>. Returns
    /// <see langword="null"/> if it is not set.</summary>
    /// <exception cref="OptionsValidationException">The setting has neither form.</exception>
    public static ConfigurationOptions? Find(IConfiguration configuration)
    {
        if (configuration.GetConnectionString(Name) is not { Length: > 0 } text)
            return null;

        try
        {
            var options = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "redis" or "rediss"
                ? Read(uri!)
                : ConfigurationOptions.Parse(text);
            if (options.EndPoints.Count > 0)
                return Tune(options);
        }
        catch (ArgumentException)
        {
            // The message may contain the password.
        }

        throw new OptionsValidationException(
            Setting,
            typeof(RedisConnectionString),
            [$"{Setting} must be an address of Redis, such as localhost:6379 or redis://:PASSWORD@HOST:6379."]);
    }

    private static ConfigurationOptions Read(Uri uri)
    {
        var credentials = uri.UserInfo.Split(':', 2);
        return new ConfigurationOptions
        {
            EndPoints = { { uri.Host, uri.IsDefaultPort ? 6379 : uri.Port } },
            Ssl = uri.Scheme == "rediss",
            User = credentials[0].Length > 0 ? Uri.UnescapeDataString(credentials[0]) : null,
            Password = credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : null,
        };
    }

    private static ConfigurationOptions Tune(ConfigurationOptions options)
    {
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds;
        options.AsyncTimeout = (int)ConnectTimeout.TotalMilliseconds;
        options.ReconnectRetryPolicy = new LinearRetry((int)ConnectTimeout.TotalMilliseconds);
        return options;
    }
}
