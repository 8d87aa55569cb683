using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Data.Passwords;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>Creates the declared users that do not exist, and gives declared roles to those that do. It takes nothing away.</summary>
internal sealed partial class DeclaredUsers(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    IOptions<DeclaredOptions> options,
    IOptions<PasswordOptions> passwords,
    TimeProvider clock,
    ILogger<DeclaredUsers> logger)
{
    /// <exception cref="OptionsValidationException">An address belongs to somebody who has not confirmed it. Roles for that user could be
    /// roles for a stranger who registered the address first.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        for (var index = 0; index < options.Value.Users.Count; index++)
        {
            var user = options.Value.Users[index];
            if (!await ApplyAsync($"Declared:Users:{index}:Email", user, cancellationToken))
                continue;

            LogApplied(index);
        }
    }

    private async Task<bool> ApplyAsync(string setting, DeclaredUser declared, CancellationToken cancellationToken)
    {
        var email = EmailAddress.Normalize(declared.Email);
        if (await FindIdAsync(email, cancellationToken) is { } known)
            return await AddRolesAsync(setting, known, declared, cancellationToken);

        var hash = BcryptHash.Create(declared.Password!.Reveal(), passwords.Value.WorkFactor);
        try
        {
            await audit.CommitAsync(
                async (batch, cancel) =>
                {
                    var user = new User
                    {
                        Email = email,
                        HashedPassword = hash,
                        Roles = RoleNames.Normalize(declared.Roles),
                        CreatedAt = clock.GetStoredNow(),
                        EmailVerifiedAt = clock.GetStoredNow(),
                    };
                    database.Users.Add(user);
                    await database.SaveChangesAsync(cancel);
                    batch.Record(
                        AuditTypes.UserCreated, user.Id, actorId: null, origin: null,
                        details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["declared"] = true, ["roles"] = user.Roles });
                    return true;
                },
                cancellationToken);
            return true;
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            // Another worker, or a registration, was faster.
            database.ChangeTracker.Clear();
            return await FindIdAsync(email, cancellationToken) is { } other
                && await AddRolesAsync(setting, other, declared, cancellationToken);
        }
    }

    private Task<bool> AddRolesAsync(string setting, int userId, DeclaredUser declared, CancellationToken cancellationToken) =>
        audit.CommitAsync(
            async (batch, cancel) =>
            {
                if (await locks.TakeAsync(userId, cancel) is not { } user)
                    return false;

                string[] added = [.. RoleNames.Normalize(declared.Roles).Except(user.Roles, StringComparer.Ordinal)];
                if (added.Length == 0)
                    return false;

                if (user.EmailVerifiedAt is null)
                    throw Refuse($"{setting} belongs to a user who has not confirmed it. Delete that user, or declare another address.");

                user.Roles = RoleNames.Normalize([.. user.Roles, .. added]);
                batch.Record(
                    AuditTypes.UserRolesChanged, user.Id, actorId: null, origin: null,
                    details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["added"] = added, ["removed"] = Array.Empty<string>() });
                return true;
            },
            cancellationToken);

    private Task<int?> FindIdAsync(string email, CancellationToken cancellationToken) =>
        database.Users.Where(user => user.Email == email).Select(user => (int?)user.Id).SingleOrDefaultAsync(cancellationToken);

    private static OptionsValidationException Refuse(string failure) =>
        new(DeclaredOptions.SectionName, typeof(DeclaredOptions), [failure]);

    [LoggerMessage(LogLevel.Information, "Applied Declared:Users:{Index}.")]
    private partial void LogApplied(int index);
}
