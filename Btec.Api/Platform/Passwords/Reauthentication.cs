using Btec.Api.Platform.Errors;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.Passwords;

/// <summary>Verifies the password of a caller before operations for which an access token, which may be stolen, is not enough.</summary>
public sealed class Reauthentication(BtecDbContext database, PasswordHasher hasher)
{
    /// <summary>Runs an action if the password is the caller's own.</summary>
    /// <param name="action">Receives the hash that the password matched. If the user has a different hash by then, it must change
    /// nothing and return <see cref="AuthError.PasswordWrong"/>. It may run more than once.</param>
    /// <returns>The result of the action, or <see cref="AuthError.PasswordWrong"/>.</returns>
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

            // The hash has changed: the password was changed, or it was re-hashed at another cost.
            var current = await database.Users.AsNoTracking().Where(user => user.Id == caller.Id)
                .Select(user => user.HashedPassword).SingleOrDefaultAsync(cancellationToken);
            if (current is null || current == hash)
                break;

            hash = current;
        }

        return AuthError.PasswordWrong;
    }
}
