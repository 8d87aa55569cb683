using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The standby that serves lists, and the background service that looks how far it is behind.</summary>
/// <param name="connectionString">The connection string of the standby.</param>
public sealed partial class ReadReplica(
    string connectionString,
    PostgresConnections primary,
    DbContextOptions<BtecDbContext> options,
    IOptions<ReplicaOptions> settings,
    TimeProvider clock,
    ILogger<ReadReplica> logger) : BackgroundService
{
    /// <summary>The setting of its connection string.</summary>
    public const string Setting = "ConnectionStrings:btecdb-replica";

    /// <summary>The time between two looks. It costs one statement on each server.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The time for which the standby is not read after a read has failed, so that few requests wait for a slow one.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    private const string Written = "SELECT (pg_current_wal_lsn() - '0/0')::bigint";

    /// <summary>The position on a standby; null on a primary, whose log may be that of another history.</summary>
    private const string Replayed =
        "SELECT CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0')::bigint END";

    /// <summary>The options of the context, but for the server and without retries: the primary is asked instead.</summary>
    private readonly DbContextOptions<BtecDbContext> _options = new DbContextOptionsBuilder<BtecDbContext>(options)
        .UseNpgsql(
            connectionString, npgsql => npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)))
        .Options;

    private readonly ReplicaLag _lag = new(settings.Value.MaxLag, clock);

    /// <summary>The timestamp of the last read that failed, or 0.</summary>
    private long _failedAt;
    private bool _isRead;

    /// <summary>Gets a value indicating whether lists may be read from the standby now.</summary>
    internal bool IsUsable =>
        _lag.IsWithinLimit
        && (Interlocked.Read(ref _failedAt) is not (> 0 and var failedAt) || clock.GetElapsedTime(failedAt) > PauseAfterFailure);

    /// <summary>Creates a context, which the caller disposes.</summary>
    internal BtecDbContext CreateContext() => new(_options);

    /// <summary>Stops reading from the standby for a while.</summary>
    internal void Pause(Exception failure)
    {
        Interlocked.Exchange(ref _failedAt, clock.GetTimestamp());
        NoteUse(isRead: false, DatabaseFaults.Explain(failure));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        do
        {
            // Leaves the thread that fired the timer.
            await Task.Yield();
            try
            {
                await LookAsync(stoppingToken);
                NoteUse(IsUsable, "it is further behind than Replica:MaxLag.");
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                NoteUse(IsUsable, DatabaseFaults.Explain(exception));
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var askedAt = clock.GetTimestamp();
        long? written;
        await using (var source = await primary.OpenAsync(cancellationToken))
            written = await ReadAsync(source, Written, cancellationToken);

        await using var standby = new NpgsqlConnection(connectionString);
        await standby.OpenAsync(cancellationToken);
        if (await ReadAsync(standby, Replayed, cancellationToken) is { } replayed)
            _lag.Note(askedAt, written!.Value, replayed);
    }

    private static async Task<long?> ReadAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The statements are constants.
        await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    /// <summary>Logs a change of the server that is read, once.</summary>
    private void NoteUse(bool isRead, string reason)
    {
        if (isRead == Interlocked.Exchange(ref _isRead, isRead))
            return;

        if (isRead)
            LogRead();
        else
            LogNotRead(reason);
    }

    [LoggerMessage(LogLevel.Information, "Lists are read from the replica.")]
    private partial void LogRead();

    [LoggerMessage(LogLevel.Warning, "Lists are read from the primary instead of the replica: {Reason}")]
    private partial void LogNotRead(string reason);
}
