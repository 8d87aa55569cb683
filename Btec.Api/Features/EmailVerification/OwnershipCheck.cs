using Btec.Api.Features.Login;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.RateLimiting;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.EmailVerification;

/// <summary>Checks that whoever follows a link that confirms an address also holds the account. The link proves access to the
/// mailbox only, and anybody can register a foreign address: its owner's click must not confirm a stranger's account.</summary>
internal sealed class OwnershipCheck(BtecDbContext database, PasswordHasher hasher, LoginThrottle throttle, KnownNetworks networks)
{
    /// <summary>Checks the proof that the link requires. A password that changes after this check voids the link.</summary>
    /// <param name="password">The password that the caller sent.</param>
    /// <param name="callerId">The user whose access token the caller sent.</param>
    /// <returns>Success, <see cref="AuthError.PasswordWrong"/> or <see cref="AuthError.LinkInvalid"/>.</returns>
    public async Task<Result> CheckAsync(
        OneTimeToken link, Secret? password, int? callerId, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(origin);
        // Whoever asked for a change of address has proved the password, and the new mailbox is all that is left to prove.
        if (link.Purpose == OneTimeTokenPurpose.ChangeEmail || (callerId is not null && callerId == link.UserId))
            return Result.Success;

        if (link.UserId is not { } userId)
        {
            var stranger = HashingClient.Anybody(origin.Address);
            return ToResult(password is not null && await hasher.VerifyAsync(password, link.HashedPassword, stranger, cancellationToken));
        }

        var user = await database.Users.AsNoTracking().SingleOrDefaultAsync(row => row.Id == userId, cancellationToken);
        if (user is not { IsActive: true })
            return AuthError.LinkInvalid;

        return ToResult(password is not null && await IsPasswordOfAsync(user, password, origin, cancellationToken));
    }

    /// <summary>Verifies the password of an account, which a link must not make easier to guess than a login does.</summary>
    private async Task<bool> IsPasswordOfAsync(User user, Secret password, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var isKnown = await networks.ContainsAsync(user.Email, origin.Address, cancellationToken);
        var client = new HashingClient(ClientNetwork.NetworkOf(origin.Address), isKnown);
        var lease = await throttle.CountAheadAsync(user.Email, origin.Address, isKnown);
        try
        {
            if (!await hasher.VerifyAsync(password, lease.IsGranted ? user.HashedPassword : null, client, cancellationToken))
                return false;
        }
        catch (Exception exception) when (exception is BusyException or OperationCanceledException)
        {
            // No hash was computed.
            await throttle.GiveBackAsync(user.Email, origin.Address, isKnown, lease);
            throw;
        }

        await throttle.ForgetAsync(user.Email, origin.Address);
        return true;
    }

    private static Result ToResult(bool isProved) => isProved ? Result.Success : AuthError.PasswordWrong;
}
