using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Audit;

namespace Btec.Api.Features.Sessions;

/// <summary>Ends the sessions of users, for superusers.</summary>
internal sealed partial class SessionRemovalService(
    AuditTrail audit,
    UserLocks locks,
    SuperuserCheck superuserCheck,
    SessionRevocation revocation,
    ILogger<SessionRemovalService> logger)
{
    /// <summary>Ends every session of a user.</summary>
    /// <returns>Success, or <see cref="AuthError.NotFound"/>.</returns>
    public async Task<Result> EndAllAsync(int userId, Actor actor, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var ended = 0;
        var result = await audit.CommitAsync<Result>(
            async (batch, cancel) =>
            {
                var user = await locks.TakeAsync(userId, cancel);
                if (await superuserCheck.FindRefusalAsync(actor, cancel) is { } refusal)
                    return refusal;

                if (user is null)
                    return AuthError.NotFound;

                ended = await revocation.EndAllAsync(userId, exceptSessionId: null, cancel);
                batch.Record(AuditTypes.SessionEnded, userId, actor.UserId, origin, details: Details(ended));
                return Result.Success;
            },
            cancellationToken);
        if (result.IsSuccess)
            LogEnded(ended, userId, actor.UserId);

        return result;
    }

    private static Dictionary<string, object?> Details(int count) =>
        new(StringComparer.Ordinal) { ["reason"] = "by a superuser", ["sessions"] = count };

    [LoggerMessage(LogLevel.Information, "Ended {Count} sessions of user {UserId} for superuser {ActorId}.")]
    private partial void LogEnded(int count, int userId, int actorId);
}
