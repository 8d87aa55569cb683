using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Btec.Data;

/// <summary>Logs at start which parameters of the connection setting have no effect, only by their names.</summary>
internal sealed partial class IgnoredParameters(DatabaseTarget target, ILogger<IgnoredParameters> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (target.Ignored.Length > 0)
            LogIgnored(target.Ignored);

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "These parameters of the database connection have no effect and are ignored: {Parameters}.")]
    private partial void LogIgnored(string parameters);
}
