using Btec.Api.Features.Me;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Users;

/// <summary>Creates, changes and deletes accounts for superusers.</summary>
internal sealed class UserService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    SuperuserGuard superusers,
    UserDeletion deletion,
    SuperuserCheck superuserCheck,
    SessionRevocation sessions,
    PasswordService passwords,
    OneTimeTokenStore links,
    PendingLogins pendingLogins,
    MailOutbox mails,
    PasswordHasher hasher,
    TimeProvider clock)
{
    /// <summary>Creates a user. A user without a password is mailed a link to set one.</summary>
    /// <returns>The user, or <see cref="AuthError.EmailTaken"/>.</returns>
    public async Task<Result<User>> CreateAsync(NewUser request, Actor actor, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var hash = await hasher.HashAsync(
            request.Password ?? new Secret(RandomSecret.Create()), HashingClient.Caller(origin.Address), cancellationToken);
        // A hash has been computed, so the change is finished even if the client has disconnected.
        cancellationToken = CancellationToken.None;
        try
        {
            return await audit.CommitAsync<Result<User>>(
                async (batch, cancel) =>
                {
                    if (await superuserCheck.FindRefusalAsync(actor, cancel) is { } refusal)
                        return refusal;

                    var user = new User
                    {
                        Email = EmailAddress.Normalize(request.Email),
                        HashedPassword = hash,
                        IsActive = request.IsActive,
                        IsSuperuser = request.IsSuperuser,
                        CreatedAt = clock.GetStoredNow(),
                    };
                    request.Profile.ApplyTo(user);
                    database.Users.Add(user);
                    await database.SaveChangesAsync(cancel);
                    if (request.Password is null)
                        await InviteAsync(user, cancel);

                    batch.Record(AuditTypes.UserCreated, user.Id, actor.UserId, origin, details: Details(
                        ("is_active", user.IsActive), ("is_superuser", user.IsSuperuser), ("invited", request.Password is null)));
                    return user;
                },
                cancellationToken);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            return await RefuseAsync(AuditTypes.UserCreated, AuthError.EmailTaken, userId: null, actor.UserId, origin, cancellationToken);
        }
    }

    /// <summary>Changes a user. Superusers change their own password, address and rights elsewhere: an access token alone, which may
    /// be stolen, must not do it.</summary>
    /// <returns>The changed user, <see cref="AuthError.NotFound"/>, <see cref="AuthError.EmailTaken"/>,
    /// <see cref="AuthError.LastSuperuser"/> or <see cref="AuthError.OwnAccount"/>.</returns>
    public async Task<Result<User>> UpdateAsync(
        int userId, UserChange change, Actor actor, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (userId == actor.UserId && (change.Password.IsGiven || change.IsStepDown))
            return await RefuseAsync(AuditTypes.UserUpdated, AuthError.OwnAccount, userId, actor.UserId, origin, cancellationToken);

        var hash = change.Password.IsGiven
            ? await hasher.HashAsync(change.Password.Value!, HashingClient.Caller(origin.Address), cancellationToken)
            : null;
        if (hash is not null)
            cancellationToken = CancellationToken.None;

        Result<User> updated;
        try
        {
            updated = await audit.CommitAsync(
                (batch, cancel) => UpdateAsync(userId, change, hash, actor, origin, batch, cancel), cancellationToken);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            updated = AuthError.EmailTaken;
        }

        return updated.IsSuccess || updated.Error == AuthError.NotFound
            ? updated
            : await RefuseAsync(AuditTypes.UserUpdated, updated.Error, userId, actor.UserId, origin, cancellationToken);
    }

    /// <summary>Deletes a user. The audit events stay.</summary>
    /// <returns>Success, <see cref="AuthError.NotFound"/>, <see cref="AuthError.LastSuperuser"/> or
    /// <see cref="AuthError.OwnAccount"/>.</returns>
    public async Task<Result> DeleteAsync(int userId, Actor actor, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var deleted = await audit.CommitAsync<Result>(
            async (batch, cancel) =>
            {
                if (await superuserCheck.FindRefusalAsync(actor, cancel) is { } refusal)
                    return refusal;

                switch (await deletion.DeleteAsync(userId, actor.UserId, cancel))
                {
                    case UserDeletionResult.OwnAccount:
                        return AuthError.OwnAccount;
                    case UserDeletionResult.LastSuperuser:
                        return AuthError.LastSuperuser;
                    case UserDeletionResult.NotFound:
                        return AuthError.NotFound;
                }

                batch.Record(AuditTypes.UserDeleted, userId, actor.UserId, origin);
                return Result.Success;
            },
            cancellationToken);
        if (!deleted.IsSuccess && deleted.Error != AuthError.NotFound)
            await RefuseAsync(AuditTypes.UserDeleted, deleted.Error, userId, actor.UserId, origin, cancellationToken);

        return deleted;
    }

    private async Task<Result<User>> UpdateAsync(
        int userId,
        UserChange change,
        string? hash,
        Actor actor,
        AuditOrigin origin,
        AuditBatch batch,
        CancellationToken cancellationToken)
    {
        if (change.IsStepDown && await superusers.IsLastAsync(userId, cancellationToken))
            return AuthError.LastSuperuser;

        var locked = await locks.TakeAsync(userId, cancellationToken);
        if (await superuserCheck.FindRefusalAsync(actor, cancellationToken) is { } refusal)
            return refusal;

        if (locked is not { } user)
            return AuthError.NotFound;

        // An address that is not sent stays as it is stored, which may not be its canonical form.
        var email = change.Email.IsGiven ? EmailAddress.Normalize(change.Email.Value!) : user.Email;
        if (userId == actor.UserId && email != user.Email)
            return AuthError.OwnAccount;

        var before = (user.Email, user.IsActive, user.IsSuperuser);
        var changed = change.Profile(UserProfile.Of(user)).ApplyTo(user);
        user.IsActive = change.IsActive.Or(user.IsActive);
        user.IsSuperuser = change.IsSuperuser.Or(user.IsSuperuser);
        if (email != user.Email)
            await ChangeEmailAsync(user, email, cancellationToken);

        if (hash is not null)
            await passwords.ReplaceAsync(user, hash, exceptSessionId: null, cancellationToken);

        if (before.IsActive && !user.IsActive)
        {
            await sessions.EndAllAsync(user.Id, exceptSessionId: null, cancellationToken);
            await links.RevokeAsync(user.Id, cancellationToken);
        }

        string[] members =
        [
            .. before.Email != user.Email ? ["email"] : Array.Empty<string>(),
            .. hash is not null ? ["password"] : Array.Empty<string>(),
            .. changed,
            .. before.IsActive != user.IsActive ? ["is_active"] : Array.Empty<string>(),
            .. before.IsSuperuser != user.IsSuperuser ? ["is_superuser"] : Array.Empty<string>(),
        ];
        if (members.Length > 0)
        {
            batch.Record(AuditTypes.UserUpdated, user.Id, actor.UserId, origin, details: Details(
                ("members", members), ("is_active", user.IsActive), ("is_superuser", user.IsSuperuser)));
        }

        return user;
    }

    /// <summary>Changes the address, notifies the old one and invalidates the links that were mailed to it, and the logins that began
    /// with it.</summary>
    private async Task ChangeEmailAsync(User user, string email, CancellationToken cancellationToken)
    {
        mails.Add(MailTemplate.EmailChanged, user.Email, MailValues.To(user, email), user.Id);
        user.Email = email;
        user.EmailVerifiedAt = null;
        await links.RevokeAsync(user.Id, cancellationToken);
        await pendingLogins.RevokeAsync(user.Id, cancellationToken);
    }

    private async Task InviteAsync(User user, CancellationToken cancellationToken)
    {
        var token = await links.IssueAsync(
            OneTimeTokenPurpose.Invitation, user.Id, user.Email, OneTimeTokenStore.InvitationLifetime, cancellationToken);
        mails.Add(
            MailTemplate.Invitation,
            user.Email,
            MailValues.To(user) with { Token = token, ValidFor = OneTimeTokenStore.InvitationLifetime },
            user.Id);
    }

    private async Task<AuthError> RefuseAsync(
        string type, AuthError error, int? userId, int actorId, AuditOrigin origin, CancellationToken cancellationToken)
    {
        await audit.RecordRefusalAsync(type, error.Code, userId, actorId, origin, cancellationToken);
        return error;
    }

    private static Dictionary<string, object?> Details(params (string Name, object? Value)[] values) =>
        values.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);
}
