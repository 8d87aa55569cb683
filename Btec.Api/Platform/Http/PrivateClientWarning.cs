using System.Net;
using Btec.Data;
using Btec.ServiceDefaults;

namespace Btec.Api.Platform.Http;

/// <summary>Warns once if a client in Production has a private or loopback address. It is then the address of a proxy: rate limits
/// would take everybody for one client, and strangers would share the known networks of each user.</summary>
internal sealed partial class PrivateClientWarning(RequestDelegate next, ILogger<PrivateClientWarning> logger)
{
    private bool _hasWarned;

    public Task InvokeAsync(HttpContext context)
    {
        if (!Volatile.Read(ref _hasWarned) && IsPrivate(context.Connection.RemoteIpAddress) && !IsProbe(context.Request.Path)
            && !Interlocked.Exchange(ref _hasWarned, true))
            LogPrivateClient();

        return next(context);
    }

    private static bool IsPrivate(IPAddress? address) => address is not null && PrivateAddress.Contains(address);

    /// <summary>Returns whether an orchestrator asks, which does so from nearby.</summary>
    private static bool IsProbe(PathString path) =>
        path == ServiceDefaultsExtensions.AlivePath || path == ServiceDefaultsExtensions.HealthPath || path == "/api/health";

    [LoggerMessage(
        LogLevel.Warning,
        "A client has a private or loopback address, which is probably that of a proxy. Set Proxy:TrustedHops to the number of "
        + "proxies that add to X-Forwarded-For. This is logged once.")]
    private partial void LogPrivateClient();
}
