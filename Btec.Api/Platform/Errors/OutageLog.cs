using Btec.Api.Platform.Telemetry;
using Btec.Data;

namespace Btec.Api.Platform.Errors;

/// <summary>The log of an unavailable database: one line for a cause, not one for each request that it fails.</summary>
internal sealed partial class OutageLog(OutageMetrics metrics, TimeProvider clock, ILogger<OutageLog> logger)
{
    /// <summary>The time after which a cause is logged again. An estimate: often enough to be seen while it lasts.</summary>
    private static readonly TimeSpan Repeat = TimeSpan.FromMinutes(1);

    /// <summary>The number of causes that are logged in that time. An estimate: the first ones tell what is wrong.</summary>
    private const int MaxCauses = 5;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);
    private DateTimeOffset _since;

    /// <summary>Counts a request that failed, and logs why, unless the same was just logged.</summary>
    public void Report(Exception exception)
    {
        metrics.CountRefusal();
        var reason = DatabaseFaults.Explain(exception);
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (now - _since >= Repeat)
            {
                _logged.Clear();
                _since = now;
            }

            if (_logged.Count >= MaxCauses || !_logged.Add(reason))
                return;
        }

        LogUnavailable(reason);
    }

    [LoggerMessage(LogLevel.Error, "The database is unavailable, and requests are answered 503: {Reason}")]
    private partial void LogUnavailable(string reason);
}
