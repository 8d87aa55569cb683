using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;

namespace Btec.Api.Features.Me;

/// <summary>Changes the password of a caller who knows it.</summary>
public sealed partial class PasswordService(
    AuditTrail audit,
    UserLocks locks,
    OneTimeTokenStore links,
    MailOutbox mails,
    SessionRevocation sessions,
    PasswordHasher hasher,
    Reauthentication proof,
    ILogger<PasswordService> logger)
{
    /// <summary>Changes the password. Every other session of the user ends, and every mailed link is void.</summary>
    /// <param name="caller">The user.</param>
    /// <param name="sessionId">The session that stays.</param>
    /// <param name="currentPassword">What the user says it is.</param>
    /// <param name="newPassword">One that was found acceptable.</param>
    /// <param name="origin">Where the request came from.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    /// <returns>Nothing, or <see cref="AuthError.PasswordWrong"/>.</returns>
    public async Task<AuthError?> ChangeAsync(
        User caller, Guid sessionId, string currentPassword, string newPassword, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        string? newHash = null;
        var refused = await proof.RequireAsync(
            caller,
            currentPassword,
            async currentHash =>
            {
                newHash ??= await hasher.HashAsync(newPassword, cancellationToken);
                return await audit.CommitAsync<AuthError?>(
                    async (batch, cancel) =>
                    {
                        var user = await locks.TakeAsync(caller.Id, cancel);
                        if (user is null || user.HashedPassword != currentHash)
                            return AuthError.PasswordWrong;

                        await ReplaceAsync(user, newHash, sessionId, cancel);
                        batch.Record(AuditTypes.PasswordChanged, user.Id, user.Id, origin, sessionId);
                        return null;
                    },
                    cancellationToken);
            },
            cancellationToken);
        if (refused is null)
            LogChanged(caller.Id);
        else
            await audit.RecordRefusalAsync(AuditTypes.PasswordChanged, refused.Code, caller.Id, origin, cancellationToken);

        return refused;
    }

    /// <summary>Puts a hash in the place of another, with all that follows from it. Call it in a transaction that holds the user.</summary>
    internal async Task ReplaceAsync(User user, string hash, Guid? exceptSessionId, CancellationToken cancellationToken)
    {
        user.HashedPassword = hash;
        await sessions.EndAllAsync(user.Id, exceptSessionId, cancellationToken);
        await links.RevokeAsync(user.Id, cancellationToken);
        mails.Add(MailTemplate.PasswordChanged, user.Email, new MailValues { Name = user.FullName }, user.Id);
    }

    [LoggerMessage(LogLevel.Information, "User {UserId} changed the password.")]
    private partial void LogChanged(int userId);
}
