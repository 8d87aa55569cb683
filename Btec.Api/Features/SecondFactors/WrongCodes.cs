using Btec.Api.Platform.Errors;
using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.SecondFactors;

/// <summary>Records wrong codes, and warns the owners of accounts by mail: whoever tries codes knows the password.</summary>
/// <remarks>The audit trail is the counter, so that it survives a restart and is shared by all instances.</remarks>
internal sealed class WrongCodes(BtecDbContext database, SecondFactorNotices notices)
{
    /// <summary>The number of wrong codes in a row, since the last login, after which the owner is warned, once (the API
    /// contract).</summary>
    public const int WarnAfter = 5;

    /// <summary>The types of event that a code is sent for. They count together, so that nobody tries twice as many unnoticed.</summary>
    private static readonly string[] CountedTypes = [AuditTypes.Login, AuditTypes.SessionSteppedUp];

    /// <summary>Records a wrong code of a user. Call it in a transaction that has locked the user, so that simultaneous calls count each
    /// other.</summary>
    /// <param name="type">The event that the code was sent for: one of <see cref="AuditTypes"/>.</param>
    public async Task RecordAsync(string type, User user, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(batch);
        batch.Record(type, user.Id, actorId: null, origin, outcome: AuthError.CodeWrong.Code);
        if (await CountEarlierAsync(user.Id, cancellationToken) == WarnAfter - 1)
            notices.AddWrongCodes(user);
    }

    private async Task<int> CountEarlierAsync(int userId, CancellationToken cancellationToken)
    {
        var events = database.AuditEvents.AsNoTracking().Where(audited => audited.UserId == userId);
        var lastSuccess = await events.Where(audited => audited.Type == AuditTypes.Login && audited.Outcome == AuditBatch.Success)
            .OrderByDescending(audited => audited.OccurredAt).Select(audited => audited.OccurredAt)
            .FirstOrDefaultAsync(cancellationToken);
        return await events
            .Where(audited => CountedTypes.Contains(audited.Type)
                && audited.Outcome == AuthError.CodeWrong.Code && audited.OccurredAt > lastSuccess)
            .OrderByDescending(audited => audited.OccurredAt).Take(WarnAfter).CountAsync(cancellationToken);
    }
}
