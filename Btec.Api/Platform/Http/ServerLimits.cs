using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>Where the server listens and how much it reads.</summary>
public static class ServerLimits
{
    /// <summary>Bytes of a request's body (section 1 of the contract): the largest one is a form of a few short fields.</summary>
    public const int MaxRequestBodyBytes = 64 * 1024;

    /// <summary>The server counts the framing of chunks as well, at worst six bytes for a body's one. It stops at this many, and
    /// <see cref="Requests.RequestBytes"/> counts the body's own.</summary>
    private const int MaxFramedBodyBytes = 6 * MaxRequestBodyBytes;

    /// <summary>Bytes of a request's headers: a token that is much too long is still told that it is no token (Kestrel's own
    /// default).</summary>
    private const int MaxHeaderBytes = 32 * 1024;

    private const int MaxHeaders = 64;

    /// <summary>Bytes a second below which a body is somebody holding a connection open: the largest body then takes a minute.</summary>
    private const double MinBodyRate = 1024;

    /// <summary>Connections at a time: as many idle ones as one machine opens from its ports, and then as many again.</summary>
    private const int DefaultMaxConnections = 20_000;

    private const string PortSetting = "PORT";

    private const string MaxConnectionsSetting = "Server:MaxConnections";

    /// <summary>The time in which a body has to reach <see cref="MinBodyRate"/> (Kestrel's own default).</summary>
    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);

    /// <summary>The time for all headers of a request: slower is an attack (Apache's mod_reqtimeout gives 20 s, and more for more).</summary>
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be idle: longer than the load balancers in front keep theirs (60 s at AWS and nginx), so
    /// that it is they who close.</summary>
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(75);

    /// <exception cref="OptionsValidationException"><c>PORT</c> is no port, or <c>Server:MaxConnections</c> no number of connections.</exception>
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
                MaxConnectionsSetting, typeof(ServerLimits), [$"Server:MaxConnections is {text}; it is a number from 1 on."]);
    }

    private static ushort ParsePort(string port) =>
        ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new OptionsValidationException(PortSetting, typeof(ServerLimits), [$"PORT is {port}; it goes from 1 to 65535."]);
}
