using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Sessions;

/// <summary>The room for one more session of a user, whoever it is for.</summary>
internal sealed class SessionAdmission(SessionRevocation revocation, IOptions<SessionOptions> options)
{
    /// <summary>Ends the sessions that were used longest ago if the user has <c>Sessions:MaxPerUser</c>, or the client its share of them.
    /// Call it in a transaction that has locked the user.</summary>
    /// <param name="clientId">The client of the new session; <see langword="null"/> for a browser or a first-party login.</param>
    /// <returns>The epoch of the new session.</returns>
    public async Task<int> MakeRoomAsync(
        User user, string? clientId, AuditBatch batch, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(batch);
        var room = await revocation.MakeRoomAsync(user, clientId, options.Value.MaxPerUser, cancellationToken);
        if (room.Ended.Count > 0)
        {
            batch.Record(
                AuditTypes.SessionEnded, user.Id, user.Id, origin, room.Ended is [var only] ? only : null,
                details: new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["reason"] = "Sessions:MaxPerUser was reached",
                    ["sessions"] = room.Ended.Count,
                });
        }

        return room.Epoch;
    }
}
