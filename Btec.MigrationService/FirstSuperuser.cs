using Btec.Data;
using Btec.Data.Credentials;
using Btec.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>Creates the first superuser where there is none, so that a new system has somebody to administer it.</summary>
internal sealed partial class FirstSuperuser(
    BtecDbContext database,
    IOptions<FirstSuperuserOptions> options,
    IOptions<PasswordOptions> passwords,
    TimeProvider clock,
    ILogger<FirstSuperuser> logger)
{
    /// <exception cref="OptionsValidationException">The address belongs to an ordinary user: whoever registered it first must
    /// not become superuser by it.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (options.Value is not { Email: { } email, Password: { } password } || string.IsNullOrWhiteSpace(email))
            return;

        if (await AnySuperuserAsync(cancellationToken))
        {
            LogPresent();
            return;
        }

        var superuser = new User
        {
            Email = EmailAddress.Normalize(email),
            HashedPassword = BcryptHash.Create(password.Reveal(), passwords.Value.WorkFactor),
            IsSuperuser = true,
            CreatedAt = clock.GetUtcNow(),
        };
        database.Users.Add(superuser);
        try
        {
            await database.SaveChangesAsync(cancellationToken);
            LogCreated(superuser.Id);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            // Another worker may have been first with the same address.
            if (await AnySuperuserAsync(cancellationToken))
                return;

            throw new OptionsValidationException(
                FirstSuperuserOptions.SectionName,
                typeof(FirstSuperuserOptions),
                ["FirstSuperuser:Email belongs to a user who is no superuser: choose another address."]);
        }
    }

    private Task<bool> AnySuperuserAsync(CancellationToken cancellationToken) =>
        database.Users.AnyAsync(user => user.IsSuperuser, cancellationToken);

    [LoggerMessage(LogLevel.Information, "A superuser is there already.")]
    private partial void LogPresent();

    [LoggerMessage(LogLevel.Information, "Created the first superuser, user {UserId}.")]
    private partial void LogCreated(int userId);
}
