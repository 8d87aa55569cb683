using System.Globalization;
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

    private const string PortSetting = "PORT";

    private const string MaxConnectionsSetting = "Server:MaxConnections";

    /// <summary>The time after which a body must arrive at <see cref="MinBodyRate"/> (Kestrel's default).</summary>
    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);

    /// <summary>The time limit for receiving all headers of a request. Slower clients are an attack (Kestrel's default is 30 s,
    /// Apache's mod_reqtimeout starts at 20 s).</summary>
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The time for which a connection may be idle. It is longer than the idle timeout of load balancers (60 s at AWS
    /// and nginx), so that they close connections first and never send a request over a closing one.</summary>
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(75);

    /// <exception cref="OptionsValidationException"><c>PORT</c> or <c>Server:MaxConnections</c> is not a number in
    /// range.</exception>
    public static WebApplicationBuilder AddServerLimits(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var maxConnections = ReadMaxConnections(builder.Configuration);
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
        });

        if (builder.Configuration[PortSetting] is { Length: > 0 } port)
            builder.WebHost.UseUrls($"http://0.0.0.0:{ParsePort(port)}");

        return builder;
    }

    private static int ReadMaxConnections(ConfigurationManager configuration)
    {
        if (configuration[MaxConnectionsSetting] is not { Length: > 0 } text)
            return DefaultMaxConnections;

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new OptionsValidationException(
                MaxConnectionsSetting, typeof(ServerLimits), [$"Server:MaxConnections must be at least 1, but is {text}."]);
    }

    private static ushort ParsePort(string port) =>
        ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new OptionsValidationException(
                PortSetting, typeof(ServerLimits), [$"PORT must be between 1 and 65,535, but is {port}."]);
}
