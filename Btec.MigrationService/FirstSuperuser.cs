using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.Passwords;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>Creates the first superuser if there is none, so that a new system has an administrator.</summary>
internal sealed partial class FirstSuperuser(
    BtecDbContext database,
    AuditTrail audit,
    SuperuserGuard superusers,
    IOptions<FirstSuperuserOptions> options,
    IOptions<PasswordOptions> passwords,
    TimeProvider clock,
    ILogger<FirstSuperuser> logger,
    FirstSuperuserInvitation? invitation = null)
{
    /// <exception cref="OptionsValidationException">The address belongs to an ordinary user. Promoting that user would let a
    /// stranger who registers the address first become superuser.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(options.Value.Email))
            return;

        var email = EmailAddress.Normalize(options.Value.Email);
        var exists = await AnySuperuserAsync(cancellationToken);
        if (!exists && await CreateAsync(email, HashPassword(), cancellationToken) is { } userId)
        {
            LogCreated(userId, invitation is null ? "with the configured password" : "and mailed them a link to set a password");
            return;
        }

        LogPresent();
        if (exists && invitation is not null && await invitation.RepeatAsync(email, cancellationToken))
            LogInvitedAgain();
    }

    /// <returns>The id of the user, or <see langword="null"/> if another worker was faster.</returns>
    private async Task<int?> CreateAsync(string email, string hash, CancellationToken cancellationToken)
    {
        try
        {
            return await audit.CommitAsync<int?>(
                async (batch, cancel) =>
                {
                    await superusers.TakeTurnAsync(cancel);
                    if (await AnySuperuserAsync(cancel))
                        return null;

                    var superuser = new User
                    {
                        Email = email,
                        HashedPassword = hash,
                        IsSuperuser = true,
                        CreatedAt = clock.GetStoredNow(),
                    };
                    database.Users.Add(superuser);
                    await database.SaveChangesAsync(cancel);
                    if (invitation is not null)
                        await invitation.WriteAsync(superuser, cancel);

                    batch.Record(AuditTypes.UserCreated, superuser.Id, actorId: null, origin: null, details: Describe());
                    return superuser.Id;
                },
                cancellationToken);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            throw new OptionsValidationException(
                FirstSuperuserOptions.SectionName,
                typeof(FirstSuperuserOptions),
                ["FirstSuperuser:Email belongs to a user who is not a superuser. Choose another address."]);
        }
    }

    private string HashPassword() => BcryptHash.Create(
        options.Value.Password?.Reveal() ?? RandomSecret.Create(),
        passwords.Value.WorkFactor);

    private Dictionary<string, object?> Describe() => new(StringComparer.Ordinal)
    {
        ["is_active"] = true,
        ["is_superuser"] = true,
        ["invited"] = invitation is not null,
    };

    private Task<bool> AnySuperuserAsync(CancellationToken cancellationToken) =>
        database.Users.AnyAsync(user => user.IsSuperuser, cancellationToken);

    [LoggerMessage(LogLevel.Information, "A superuser already exists.")]
    private partial void LogPresent();

    [LoggerMessage(LogLevel.Information, "Created the first superuser, user {UserId}, {How}.")]
    private partial void LogCreated(int userId, string how);

    [LoggerMessage(LogLevel.Information, "The link to set a password expired unused, so another one was mailed.")]
    private partial void LogInvitedAgain();
}
