using System.Net;
using Btec.Data;
using Btec.ServiceDefaults;

namespace Btec.Api.Platform.Http;

/// <summary>Warns once if one of the first clients in Production has a private or loopback address. It is then the address of a proxy: rate limits
/// would take everybody for one client, and strangers would share the known networks of each user.</summary>
internal sealed partial class PrivateClientWarning(RequestDelegate next, ILogger<PrivateClientWarning> logger)
{
    /// <summary>The number of requests that are checked, without probes. If there is a proxy, all requests come from it; an
    /// estimate that leaves room for requests from the private network itself.</summary>
    private const int MaxChecked = 1_000;

    private int _checked;
    private bool _hasWarned;

    public Task InvokeAsync(HttpContext context)
    {
        if (Volatile.Read(ref _checked) < MaxChecked && !IsProbe(context.Request.Path))
            Check(context.Connection.RemoteIpAddress);

        return next(context);
    }

    private void Check(IPAddress? client)
    {
        Interlocked.Increment(ref _checked);
        if (!IsPrivate(client) || Interlocked.Exchange(ref _hasWarned, true))
            return;

        Volatile.Write(ref _checked, MaxChecked);
        LogPrivateClient();
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
