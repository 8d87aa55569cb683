using Btec.Api.Platform.Errors;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.Passwords;

/// <summary>Asks callers for their password before a change that a stolen access token alone must not make.</summary>
internal sealed class Reauthentication(BtecDbContext database, PasswordHasher hasher)
{
    /// <summary>Runs an action for a caller who knows their password.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="address">The IP address of the caller.</param>
    /// <param name="password">The password that the caller sent.</param>
    /// <param name="action">The action. It gets the hash that the password matched. If the user has another hash by then, it changes
    /// nothing and returns <see cref="AuthError.PasswordWrong"/>. It may run again.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The result of the action, or <see cref="AuthError.PasswordWrong"/>.</returns>
    public async Task<Result> RequireAsync(
        User caller, string? address, Secret password, Func<string, Task<Result>> action, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(action);
        var hash = caller.HashedPassword;
        while (await hasher.VerifyAsync(password, hash, HashingClient.Caller(address), cancellationToken))
        {
            // A hash has been computed, so the attempt is finished even if the client disconnects.
            cancellationToken = CancellationToken.None;
            var result = await action(hash);
            if (result.Error != AuthError.PasswordWrong)
                return result;

            // The hash has changed meanwhile, to that of another password or to one of the same password at another cost.
            var current = await database.Users.AsNoTracking().Where(user => user.Id == caller.Id)
                .Select(user => user.HashedPassword).SingleOrDefaultAsync(cancellationToken);
            if (current is null || current == hash)
                break;

            hash = current;
        }

        return AuthError.PasswordWrong;
    }
}
