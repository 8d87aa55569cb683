using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The Redis that instances share, where there is one.</summary>
internal static class RedisConnectionString
{
    private const string Name = "redis";

    private const string Setting = $"ConnectionStrings:{Name}";

    /// <summary>How long one attempt to connect may take, and how soon the next follows: counting is shared again within seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Reads <c>host:port,password=…</c> or <c>redis://user:password@host:port</c>.</summary>
    /// <exception cref="OptionsValidationException">It is neither.</exception>
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
            // Its message may hold the password.
        }

        throw new OptionsValidationException(
            Setting, typeof(RedisConnectionString), [$"{Setting} is no address of Redis, as in localhost:6379 or redis://:PASSWORD@HOST:6379."]);
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
        options.ConnectTimeout = (int)Patience.TotalMilliseconds;
        options.AsyncTimeout = (int)Patience.TotalMilliseconds;
        options.ReconnectRetryPolicy = new LinearRetry((int)Patience.TotalMilliseconds);
        return options;
    }
}
