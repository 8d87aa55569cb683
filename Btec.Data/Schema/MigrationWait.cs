using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Btec.Data.Schema;

/// <summary>The wait for another worker that migrates the same database. It is logged, and it ends.</summary>
public sealed partial class MigrationWait(TimeProvider clock, ILogger<MigrationWait> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>The time between two lines of the log.</summary>
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    /// <summary>The longest wait. The default is an estimate: longer than a migration usually takes, and shorter than the time
    /// after which platforms give up on a deployment.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Retries a step until it succeeds.</summary>
    /// <exception cref="TimeoutException"><see cref="Limit"/> has passed.</exception>
    public async Task UntilAsync(Func<Task<bool>> step, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        var started = clock.GetTimestamp();
        var nextLine = TimeSpan.Zero;
        while (!await step())
        {
            var waited = clock.GetElapsedTime(started);
            if (waited >= Limit)
            {
                throw new TimeoutException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Another worker has been migrating the database for more than {Limit:c}. If none runs, its lock was left in a "
                    + $"session behind a pooler: connect directly to PostgreSQL."));
            }

            if (waited >= nextLine)
            {
                nextLine += Reminder;
                LogWaiting(Limit - waited);
            }

            await Task.Delay(RetryDelay, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Information, "Waiting for another worker that is migrating the database, for at most {Remaining}.")]
    private partial void LogWaiting(TimeSpan remaining);
}
