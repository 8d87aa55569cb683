using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The logins that wait for the answer of an external provider. Their <c>state</c> has 256 random bits, of which the database
/// stores the SHA-256.</summary>
public sealed class ExternalLogins(BtecDbContext database, TimeProvider clock)
{
    /// <summary>The time in which a provider must answer: 10 minutes (the API contract).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Creates a login and stores it.</summary>
    /// <param name="provider">The name of the provider.</param>
    /// <param name="redirectUri">The redirect URI of the client.</param>
    /// <param name="codeChallenge">The code challenge of the client.</param>
    /// <param name="browserHash">The SHA-256 of the cookie of the browser that began the login.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The <c>state</c>, which is stored nowhere, and the login.</returns>
    public async Task<(string State, ExternalLogin Login)> BeginAsync(
        string provider, string redirectUri, string codeChallenge, byte[]? browserHash, CancellationToken cancellationToken)
    {
        var state = RandomSecret.Create();
        var login = new ExternalLogin
        {
            Hash = RandomSecret.FindHash(state)!,
            Provider = provider,
            BrowserHash = browserHash,
            Nonce = RandomSecret.Create(),
            CodeVerifier = RandomSecret.Create(),
            RedirectUri = redirectUri,
            CodeChallenge = codeChallenge,
            ExpiresAt = clock.GetStoredNow() + Lifetime,
        };
        database.ExternalLogins.Add(login);
        await database.SaveChangesAsync(cancellationToken);
        return (state, login);
    }

    /// <summary>Uses up a login. One statement decides: of any number of simultaneous answers only one gets it.</summary>
    /// <param name="state">The <c>state</c> of the answer.</param>
    /// <param name="provider">The name of the provider that answers. Another one than the login was sent to gets nothing.</param>
    /// <param name="browserHash">The SHA-256 of the cookie of the browser that brings the answer.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The login, or <see langword="null"/> if it is unknown, used, expired, or of another provider or browser.</returns>
    public async Task<ExternalLogin?> TakeAsync(
        string state, string provider, byte[]? browserHash, CancellationToken cancellationToken)
    {
        if (RandomSecret.FindHash(state) is not { } hash)
            return null;

        var now = clock.GetStoredNow();
        var found = await database.ExternalLogins.AsNoTracking().SingleOrDefaultAsync(
            login => login.Hash == hash && login.Provider == provider && login.ExpiresAt > now
                && (login.BrowserHash == null || login.BrowserHash == browserHash),
            cancellationToken);
        return found is not null
            && await database.ExternalLogins.Where(login => login.Hash == hash).ExecuteDeleteAsync(cancellationToken) == 1
                ? found
                : null;
    }
}
