using System.Globalization;
using Microsoft.Extensions.Options;

namespace Btec.Api.Http;

/// <summary>Where the server listens and how much it reads.</summary>
public static class ServerLimits
{
    /// <summary>Bytes of a request's body (section 1 of the contract): the largest one is a form of a few short fields.</summary>
    public const int MaxRequestBodyBytes = 64 * 1024;

    /// <summary>The server counts the framing of chunks as well, at worst six bytes for a body's one. It stops at this many, and
    /// <see cref="Requests.RequestBytes"/> counts the body's own.</summary>
    private const int MaxFramedBodyBytes = 6 * MaxRequestBodyBytes;

    private const string PortSetting = "PORT";

    /// <exception cref="OptionsValidationException"><c>PORT</c> is no port.</exception>
    public static WebApplicationBuilder AddServerLimits(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxFramedBodyBytes;
        });

        if (builder.Configuration[PortSetting] is { Length: > 0 } port)
            builder.WebHost.UseUrls($"http://0.0.0.0:{ParsePort(port)}");

        return builder;
    }

    private static ushort ParsePort(string port) =>
        ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new OptionsValidationException(PortSetting, typeof(ServerLimits), [$"PORT is {port}; it goes from 1 to 65535."]);
}
