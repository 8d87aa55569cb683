using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>The first step of a stop: the instance is not ready, but serves on for <see cref="DrainOptions.DrainTime"/>, so that load
/// balancers send their requests elsewhere before connections are refused.</summary>
internal sealed partial class ServerDrain(IOptions<DrainOptions> options, TimeProvider clock, ILogger<ServerDrain> logger)
    : IHostedLifecycleService, IHealthCheck
{
    private volatile bool _hasBegun;

    /// <summary>Waits until the load balancers have noticed. The server stops after it, and background services do too.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _hasBegun = true;
        if (options.Value.DrainTime == TimeSpan.Zero)
            return;

        LogDraining(options.Value.DrainTime);
        await Task.Delay(options.Value.DrainTime, clock, cancellationToken);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_hasBegun ? HealthCheckResult.Unhealthy("The instance stops.") : HealthCheckResult.Healthy());

    /// <summary>Closes each connection after its response once the drain has begun, so that clients and proxies which hold one open connect
    /// anew, through a load balancer to another instance.</summary>
    public Task CloseAsync(HttpContext context, RequestDelegate next)
    {
        // HTTP/2 has no such header; Kestrel announces the end of those connections itself when it stops.
        if (_hasBegun && HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.Headers.Connection = "close";

        return next(context);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Asked to stop: not ready from now on, and no longer listening in {DrainTime}.")]
    private partial void LogDraining(TimeSpan drainTime);
}
