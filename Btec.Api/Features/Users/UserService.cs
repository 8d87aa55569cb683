using Btec.Api.Features.Me;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.Requests;
using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Users;

/// <summary>Makes, changes and deletes the accounts of others.</summary>
public sealed class UserService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    SuperuserGuard superusers,
    UserDeletion deletion,
    SessionRevocation sessions,
    PasswordService passwords,
    OneTimeTokenStore links,
    MailOutbox mails,
    PasswordHasher hasher,
    TimeProvider clock)
{
    /// <summary>Makes a user; one without a password is mailed a link to set it.</summary>
    /// <returns>The user, or <see cref="AuthError.EmailTaken"/>.</returns>
    public async Task<Result<User>> CreateAsync(NewUser request, int actorId, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var hash = await hasher.HashAsync(
            request.Password ?? RandomSecret.Create(), cancellationToken);
        try
        {
            return await audit.CommitAsync(
                async (batch, cancel) =>
                {
                    var user = new User
                    {
                        Email = EmailAddress.Normalize(request.Email),
                        HashedPassword = hash,
                        FullName = FullName.Normalize(request.FullName),
                        IsActive = request.IsActive,
                        IsSuperuser = request.IsSuperuser,
                        CreatedAt = clock.GetStoredNow(),
                    };
                    database.Users.Add(user);
                    await database.SaveChangesAsync(cancel);
                    if (request.Password is null)
                        await InviteAsync(user, cancel);

                    batch.Record(AuditTypes.UserCreated, user.Id, actorId, origin, details: Details(
                        ("is_active", user.IsActive), ("is_superuser", user.IsSuperuser), ("invited", request.Password is null)));
                    return user;
                },
                cancellationToken);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            return await RefuseAsync(AuditTypes.UserCreated, AuthError.EmailTaken, userId: null, actorId, origin, cancellationToken);
        }
    }

    /// <summary>Changes a user.</summary>
    /// <returns>The user as they are now, <see cref="AuthError.NotFound"/>, <see cref="AuthError.EmailTaken"/>,
    /// <see cref="AuthError.LastSuperuser"/> or <see cref="AuthError.OwnAccount"/>.</returns>
    public async Task<Result<User>> UpdateAsync(
        int userId, UserChange change, CurrentUser caller, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(caller);
        var hash = change.Password.IsGiven ? await hasher.HashAsync(change.Password.Value!, cancellationToken) : null;
        Result<User> updated;
        try
        {
            updated = await audit.CommitAsync(
                (batch, cancel) => UpdateAsync(userId, change, hash, caller, origin, batch, cancel), cancellationToken);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            updated = AuthError.EmailTaken;
        }

        return updated.IsSuccess || updated.Error == AuthError.NotFound
            ? updated
            : await RefuseAsync(AuditTypes.UserUpdated, updated.Error, userId, caller.User.Id, origin, cancellationToken);
    }

    /// <summary>Deletes a user, with everything that is theirs but what the audit says of them.</summary>
    /// <returns>Nothing, <see cref="AuthError.NotFound"/>, <see cref="AuthError.LastSuperuser"/> or
    /// <see cref="AuthError.OwnAccount"/>.</returns>
    public async Task<AuthError?> DeleteAsync(int userId, int actorId, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var refused = await audit.CommitAsync<AuthError?>(
            async (batch, cancel) =>
            {
                if (userId == actorId)
                    return AuthError.OwnAccount;

                var result = await deletion.DeleteAsync(userId, isSuperuser: true, isAllowed: null, cancel);
                if (result != UserDeletionResult.Deleted)
                    return result == UserDeletionResult.NotFound ? AuthError.NotFound : AuthError.LastSuperuser;

                batch.Record(AuditTypes.UserDeleted, userId, actorId, origin);
                return null;
            },
            cancellationToken);
        if (refused is not null && refused != AuthError.NotFound)
            await RefuseAsync(AuditTypes.UserDeleted, refused, userId, actorId, origin, cancellationToken);

        return refused;
    }

    private async Task<Result<User>> UpdateAsync(
        int userId, UserChange change, string? hash, CurrentUser caller, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        var isStepDown = change.IsActive is { IsGiven: true, Value: false } || change.IsSuperuser is { IsGiven: true, Value: false };
        if (isStepDown && userId == caller.User.Id)
            return AuthError.OwnAccount;

        if (isStepDown && await superusers.IsLastAsync(userId, cancellationToken))
            return AuthError.LastSuperuser;

        if (await locks.TakeAsync(userId, cancellationToken) is not { } user)
            return AuthError.NotFound;

        var before = (user.Email, user.FullName, user.IsActive, user.IsSuperuser);
        user.FullName = change.FullName.IsGiven ? FullName.Normalize(change.FullName.Value) : user.FullName;
        user.IsActive = change.IsActive.IsGiven ? change.IsActive.Value : user.IsActive;
        user.IsSuperuser = change.IsSuperuser.IsGiven ? change.IsSuperuser.Value : user.IsSuperuser;
        var email = change.Email.IsGiven ? EmailAddress.Normalize(change.Email.Value!) : user.Email;
        if (email != user.Email)
            await MoveAsync(user, email, cancellationToken);

        if (hash is not null)
            await passwords.ReplaceAsync(user, hash, caller.SessionId, cancellationToken);

        if (before.IsActive && !user.IsActive)
        {
            await sessions.EndAllAsync(user.Id, exceptSessionId: null, cancellationToken);
            await links.RevokeAsync(user.Id, cancellationToken);
        }

        string[] members =
        [
            .. before.Email != user.Email ? ["email"] : Array.Empty<string>(),
            .. hash is not null ? ["password"] : Array.Empty<string>(),
            .. before.FullName != user.FullName ? ["full_name"] : Array.Empty<string>(),
            .. before.IsActive != user.IsActive ? ["is_active"] : Array.Empty<string>(),
            .. before.IsSuperuser != user.IsSuperuser ? ["is_superuser"] : Array.Empty<string>(),
        ];
        if (members.Length > 0)
        {
            batch.Record(AuditTypes.UserUpdated, user.Id, caller.User.Id, origin, details: Details(
                ("members", members), ("is_active", user.IsActive), ("is_superuser", user.IsSuperuser)));
        }

        return user;
    }

    /// <summary>The links that were mailed to the old address are void, and the old address is told.</summary>
    private async Task MoveAsync(User user, string email, CancellationToken cancellationToken)
    {
        mails.Add(MailTemplate.EmailChanged, user.Email, new MailValues { Name = user.FullName, OtherAddress = email }, user.Id);
        user.Email = email;
        user.EmailVerifiedAt = null;
        await links.RevokeAsync(user.Id, cancellationToken);
    }

    private async Task InviteAsync(User user, CancellationToken cancellationToken)
    {
        var token = await links.IssueAsync(
            OneTimeTokenPurpose.ResetPassword, user.Id, user.Email, OneTimeTokenStore.InvitationLifetime, cancellationToken);
        mails.Add(
            MailTemplate.Invitation,
            user.Email,
            new MailValues { Name = user.FullName, Token = token, ValidFor = OneTimeTokenStore.InvitationLifetime },
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

/// <summary>An account to make.</summary>
/// <remarks>No record: it would print the password.</remarks>
public sealed class NewUser(string email, string? password, string? fullName, bool isActive, bool isSuperuser)
{
    public string Email => email;

    public string? Password => password;

    public string? FullName => fullName;

    public bool IsActive => isActive;

    public bool IsSuperuser => isSuperuser;
}

/// <summary>What changes of an account.</summary>
/// <remarks>No record: it would print the password.</remarks>
public sealed class UserChange(
    Optional<string> email, Optional<string> password, Optional<string?> fullName, Optional<bool> isActive, Optional<bool> isSuperuser)
{
    public Optional<string> Email => email;

    public Optional<string> Password => password;

    public Optional<string?> FullName => fullName;

    public Optional<bool> IsActive => isActive;

    public Optional<bool> IsSuperuser => isSuperuser;
}
