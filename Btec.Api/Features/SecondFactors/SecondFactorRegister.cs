using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.SecondFactors;

/// <summary>Does what follows from adding or removing a second factor of any kind. Call it in a transaction that has locked the user
/// (<see cref="UserLocks.TakeForSessionAsync"/>) and has saved the factor.</summary>
internal sealed class SecondFactorRegister(
    BtecDbContext database, RecoveryCodeStore codes, SecondFactorNotices notices, OneTimeTokenStore links)
{
    /// <summary>Records that a user has a new factor: with the first one the session in which it was added counts as one of two factors,
    /// and the user gets recovery codes. Logins that wait for a second factor have to begin again, and so has what anybody has begun with
    /// less than this factor: other additions, and a change of the address.</summary>
    /// <param name="user">The user, who is tracked.</param>
    /// <param name="sessionId">The session in which the factor was added.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="amr">The methods that the factor proves; see <see cref="AuthenticationMethods"/>.</param>
    /// <returns>The codes to show, none if it is not the first factor.</returns>
    public async Task<NewRecoveryCodes> AddedAsync(
        User user,
        Guid sessionId,
        ChangedFactor factor,
        string amr,
        AuditOrigin origin,
        AuditBatch batch,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(factor);
        var shown = NewRecoveryCodes.None;
        if (!user.HasSecondFactor)
        {
            user.HasSecondFactor = true;
            var session = await database.Sessions.AsTracking().SingleAsync(row => row.Id == sessionId, cancellationToken);
            session.Amr = AuthenticationMethods.Union(session.Amr, amr);
            shown = await codes.ReplaceAsync(user.Id, cancellationToken);
        }

        await ForgetLoginsAsync(user.Id, cancellationToken);
        await database.TotpFactors.Where(row => row.UserId == user.Id && row.ConfirmedAt == null).ExecuteDeleteAsync(cancellationToken);
        await database.PasskeyChallenges.Where(row => row.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await links.RevokeAsync(user.Id, OneTimeTokenPurpose.ChangeEmail, cancellationToken);
        notices.AddAdded(user, factor.Kind);
        batch.Record(AuditTypes.FactorAdded, user.Id, user.Id, origin, sessionId, details: factor.ToDetails());
        return shown;
    }

    /// <summary>Records that a user has removed a factor. With the last one the recovery codes go.</summary>
    /// <param name="user">The user, who is tracked.</param>
    /// <param name="sessionId">The session in which the factor was removed.</param>
    /// <param name="factor">The factor, whose row has been deleted.</param>
    public async Task RemovedAsync(
        User user, Guid sessionId, ChangedFactor factor, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(factor);
        user.HasSecondFactor = await CountAsync(user.Id, cancellationToken) > 0;
        if (!user.HasSecondFactor)
            await codes.DeleteAsync(user.Id, cancellationToken);

        await ForgetLoginsAsync(user.Id, cancellationToken);
        notices.AddRemoved(user, factor.Kind);
        batch.Record(AuditTypes.FactorRemoved, user.Id, user.Id, origin, sessionId, details: factor.ToDetails());
    }

    /// <summary>Deletes the logins of a user that wait for a second factor.</summary>
    public Task ForgetLoginsAsync(int userId, CancellationToken cancellationToken) =>
        database.PendingLogins.Where(login => login.UserId == userId).ExecuteDeleteAsync(cancellationToken);

    private async Task<int> CountAsync(int userId, CancellationToken cancellationToken) =>
        await database.TotpFactors.CountAsync(factor => factor.UserId == userId && factor.ConfirmedAt != null, cancellationToken)
        + await database.Passkeys.CountAsync(passkey => passkey.UserId == userId, cancellationToken);
}
