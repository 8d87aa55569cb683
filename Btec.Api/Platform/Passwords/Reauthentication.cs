using Btec.Api.Platform.Errors;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.Passwords;

/// <summary>Asks for the password of a caller before what a stolen access token alone must not do.</summary>
public sealed class Reauthentication(BtecDbContext database, PasswordHasher hasher)
{
    /// <summary>Runs an action for a caller who knows their password.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="password">What they say their password is.</param>
    /// <param name="action">Gets the hash that the password matched, and changes nothing but answers
    /// <see cref="AuthError.PasswordWrong"/> when the user has another by then. It may run again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the action answered, or <see cref="AuthError.PasswordWrong"/>.</returns>
    public async Task<AuthError?> RequireAsync(
        User caller, string password, Func<string, Task<AuthError?>> action, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(action);
        var hash = caller.HashedPassword;
        while (await hasher.VerifyAsync(password, hash, cancellationToken))
        {
            var refused = await action(hash);
            if (refused != AuthError.PasswordWrong)
                return refused;

            // The hash has changed: to that of another password, or to one of this password at another cost.
            var current = await database.Users.AsNoTracking().Where(user => user.Id == caller.Id)
                .Select(user => user.HashedPassword).SingleOrDefaultAsync(cancellationToken);
            if (current is null || current == hash)
                break;

            hash = current;
        }

        return AuthError.PasswordWrong;
    }
}
