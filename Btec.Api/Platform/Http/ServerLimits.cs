using System.Globalization;
using System.Text;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>The port and the limits of the HTTP server.</summary>
internal static class ServerLimits
{
    /// <summary>The largest request body in bytes including chunk framing, which Kestrel counts and which takes up to six bytes
    /// per byte of the body. <see cref="RequestBytes"/> enforces its own limit without framing.</summary>
    private const int MaxFramedBodyBytes = 6 * RequestBytes.MaxLength;

    /// <summary>The total size of request headers in bytes (Kestrel's default). An access token that is far too long still gets a
    /// 401 that says so.</summary>
    private const int MaxHeaderBytes = 32 * 1024;

    /// <summary>The number of request headers. Browsers send about 20 and proxies add about 10; Kestrel's default is
    /// 100.</summary>
    private const int MaxHeaders = 64;

    /// <summary>The minimum rate of a request body in bytes per second. At this rate the largest body takes a minute; slower
    /// clients are disconnected, because they may only be holding connections open.</summary>
    private const double MinBodyRate = 1024;

    /// <summary>The default limit of simultaneous connections; further ones are closed at once. It bounds memory and file
    /// descriptors and is far above the load that one instance can serve.</summary>
    private const int DefaultMaxConnections = 20_000;

    /// <summary>The share of the connections that one client address may hold by default, as a divisor: a tenth, 2,000 connections.
    /// A school behind one address needs a few hundred: 30 browsers with six connections each for every class (RFC 9112 section 9.4
    /// names no number).</summary>
    private const int DefaultAddressShare = 10;

    private const string PortSetting = "PORT";

    private const string MaxConnectionsSetting = "Server:MaxConnections";

    private const string MaxConnectionsPerAddressSetting = "Server:MaxConnectionsPerAddress";

    /// <summary>The time after which a body must arrive at <see cref="MinBodyRate"/> (Kestrel's default).</summary>
    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);

    /// <summary>The time limit for receiving all headers of a request. Slower clients are an attack (Kestrel's default is 30 s,
    /// Apache's mod_reqtimeout starts at 20 s).</summary>
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The time for which a connection may be idle. It is longer than the idle timeout of load balancers (60 s at AWS
    /// and nginx), so that they close connections first and never send a request over a closing one.</summary>
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(75);

    /// <exception cref="OptionsValidationException"><c>PORT</c> or a setting under <c>Server</c> is not a number in
    /// range.</exception>
    public static WebApplicationBuilder AddServerLimits(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var maxConnections = ReadLimit(builder.Configuration, MaxConnectionsSetting) ?? DefaultMaxConnections;
        var maxPerAddress = ReadLimit(builder.Configuration, MaxConnectionsPerAddressSetting)
            ?? FindDefaultPerAddress(builder.Configuration, maxConnections);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxFramedBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            kestrel.Limits.KeepAliveTimeout = KeepAliveTimeout;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(MinBodyRate, BodyGrace);
            kestrel.Limits.MaxConcurrentConnections = maxConnections;
            // Bytes beyond ASCII are opaque in headers (RFC 9110 section 5.5); Kestrel would refuse those that are not UTF-8.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            if (maxPerAddress is { } limit)
                new ConnectionsPerAddress(limit).Limit(kestrel);
        });

        if (builder.Configuration[PortSetting] is { Length: > 0 } port)
            builder.WebHost.UseUrls($"http://0.0.0.0:{ParsePort(port)}");

        return builder;
    }

    private static int? ReadLimit(ConfigurationManager configuration, string setting)
    {
        if (configuration[setting] is not { Length: > 0 } text)
            return null;

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new OptionsValidationException(setting, typeof(ServerLimits), [$"{setting} must be an integer of 1 or more."]);
    }

    /// <summary>Returns the default limit of one address. There is none behind proxies, whose connections come from few
    /// addresses.</summary>
    private static int? FindDefaultPerAddress(ConfigurationManager configuration, int maxConnections) =>
        configuration[$"{ProxyOptions.SectionName}:{nameof(ProxyOptions.TrustedHops)}"] is null or "" or "0"
            ? Math.Max(1, maxConnections / DefaultAddressShare)
            : null;

    private static ushort ParsePort(string port) =>
        ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new OptionsValidationException(
                PortSetting, typeof(ServerLimits), [$"PORT must be between 1 and 65,535, but is {port}."]);
}
