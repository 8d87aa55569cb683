using System.Globalization;
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

    /// <summary>The default port of Redis (IANA service name <c>redis</c>).</summary>
    private const int DefaultPort = 6379;

    private static readonly string[] Schemes = ["redis://", "rediss://"];

    /// <summary>Reads the setting, which is <c>host:port,password=…</c> or <c>redis://user:password@host:port/database</c>. Returns
    /// <see langword="null"/> if it is not set.</summary>
    /// <exception cref="OptionsValidationException">The setting has neither form.</exception>
    public static ConfigurationOptions? Find(IConfiguration configuration)
    {
        if (configuration.GetConnectionString(Name)?.Trim() is not { Length: > 0 } text)
            return null;

        try
        {
            return Tune(Array.Exists(Schemes, scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                ? ReadUrl(text)
                : ReadOptions(text));
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // The message may contain the password.
        }

        throw Refuse("must be an address of Redis, such as localhost:6379 or redis://:PASSWORD@HOST:6379/0.");
    }

    private static ConfigurationOptions ReadUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0 || url.Fragment.Length > 0)
        {
            throw Refuse(
                "must be redis://USER:PASSWORD@HOST:PORT/DATABASE. Percent-encode special characters of the password: %23 for #, "
                + "%2F for /, %3F for ?, %40 for @.");
        }

        if (url.Query.Length > 0)
            throw Refuse("must not have parameters after a ?. Use rediss:// for TLS, and /DATABASE for a database.");

        var credentials = url.UserInfo.Split(':', 2);
        if (credentials is [{ Length: > 0 }])
            throw Refuse("has a user without a password. Write redis://:PASSWORD@HOST for a password alone.");

        var database = url.AbsolutePath.Trim('/');
        return new ConfigurationOptions
        {
            EndPoints = { { url.IdnHost.Trim('[', ']'), url.IsDefaultPort ? DefaultPort : url.Port } },
            Ssl = url.Scheme == "rediss",
            User = credentials[0].Length > 0 ? Uri.UnescapeDataString(credentials[0]) : null,
            Password = credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : null,
            DefaultDatabase = database.Length > 0 ? int.Parse(database, NumberStyles.None, CultureInfo.InvariantCulture) : null,
        };
    }

    /// <summary>Reads the form of StackExchange.Redis. Its parser takes a port that is no number for a part of the name, and the rest
    /// of a password after a comma for another server.</summary>
    private static ConfigurationOptions ReadOptions(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.SkipWhile(part => !IsOption(part)).Any(part => !IsOption(part)))
            throw Refuse("has an address after an option. For a password with a comma, use redis://:PASSWORD@HOST with %2C.");

        if (!Array.TrueForAll(parts, part => IsOption(part) || IsAddress(part)))
            throw Refuse("has an address that is not HOST or HOST:PORT, with a port from 1 to 65,535.");

        var options = ConfigurationOptions.Parse(text);
        return options.EndPoints.Count > 0 ? options : throw Refuse("must have an address, such as localhost:6379.");
    }

    private static bool IsOption(string part) => part.Contains('=', StringComparison.Ordinal);

    private static bool IsAddress(string part) => IsSocket(part) || (
        Uri.TryCreate($"redis://{part}", UriKind.Absolute, out var url) && url.Port != 0
        && url is { AbsolutePath: "/" or "", UserInfo: "", Query: "", Fragment: "" });

    /// <summary>Returns whether an address is a Unix domain socket, such as <c>!/run/redis.sock</c>.</summary>
    private static bool IsSocket(string part) => part.StartsWith("!/", StringComparison.Ordinal);

    private static OptionsValidationException Refuse(string fault) =>
        new(Setting, typeof(RedisConnectionString), [$"{Setting} {fault}"]);

    private static ConfigurationOptions Tune(ConfigurationOptions options)
    {
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds;
        options.AsyncTimeout = (int)ConnectTimeout.TotalMilliseconds;
        // The client of Redis blocks threads while it asks sentinels for the primary.
        options.SyncTimeout = (int)ConnectTimeout.TotalMilliseconds;
        options.ReconnectRetryPolicy = new LinearRetry((int)ConnectTimeout.TotalMilliseconds);
        return options;
    }
}
