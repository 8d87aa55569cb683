using System.Data.Common;
using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Features.Sessions;

/// <summary>Deletes expired sessions, on one instance at a time.</summary>
internal sealed partial class SessionCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SessionCleanup> logger)
    : PeriodicCleanup("expired sessions", TimeSpan.FromMinutes(10), scopes, clock, logger)
{
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var expiredBefore = Clock.GetUtcNow() - SessionPurge.KeptAfterExpiry;
        var deleted = await DeleteSessionsAsync(expiredBefore, cancellationToken);
        var tokens = await DeleteInBatchesAsync<SessionPurge>(
            SessionPurge.TokenBatchSize,
            async sessions => await sessions.DeleteTokenBatchAsync(expiredBefore, cancellationToken) ?? 0,
            cancellationToken);
        return tokens > 0 ? deleted + await DeleteSessionsAsync(expiredBefore, cancellationToken) : deleted;
    }

    private Task<int> DeleteSessionsAsync(DateTimeOffset expiredBefore, CancellationToken cancellationToken) =>
        DeleteInBatchesAsync<SessionPurge>(
            SessionPurge.BatchSize,
            sessions => DeleteBatchAsync(sessions, expiredBefore, cancellationToken),
            cancellationToken);

    private async Task<int> DeleteBatchAsync(SessionPurge sessions, DateTimeOffset expiredBefore, CancellationToken cancellationToken)
    {
        try
        {
            return await sessions.DeleteBatchAsync(expiredBefore, cancellationToken) ?? 0;
        }
        catch (DbException exception)
        {
            LogBatchFailed(exception.Message);
            return await DeleteOneByOneAsync(sessions, expiredBefore, cancellationToken);
        }
    }

    /// <summary>Deletes sessions one by one, so that one that cannot be deleted does not keep the others.</summary>
    private async Task<int> DeleteOneByOneAsync(SessionPurge sessions, DateTimeOffset expiredBefore, CancellationToken cancellationToken)
    {
        var (deleted, failed) = (0, 0);
        while (await sessions.ListBatchAsync(expiredBefore, failed, cancellationToken) is { Count: > 0 } ids)
        {
            foreach (var id in ids)
            {
                try
                {
                    deleted += await sessions.DeleteAsync(id, cancellationToken);
                }
                catch (DbException exception)
                {
                    failed++;
                    LogFailed(id, exception.Message);
                }
            }
        }

        return deleted;
    }

    [LoggerMessage(LogLevel.Warning, "A batch of expired sessions could not be deleted, so they are deleted one by one: {Reason}")]
    private partial void LogBatchFailed(string reason);

    [LoggerMessage(LogLevel.Warning, "The expired session {SessionId} could not be deleted: {Reason}")]
    private partial void LogFailed(Guid sessionId, string reason);
}
