using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>Passkeys of the browser.</summary>
internal static class BrowserPasskeys
{
    /// <summary>Adds a passkey to an account, as its page does.</summary>
    public static async Task AddPasskeyAsync(this BrowserPage page, Tokens tokens)
    {
        var status = await page.RunAsync(
            """
            return page.evaluate(async token => {
              const post = async (path, body) => {
                const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }
                return fetch(path, { method: 'POST', headers, body: body && JSON.stringify(body) })
              }
              const { challenge_id, options } = await (await post('/api/users/me/passkeys/options')).json()
              const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
              const credential = await navigator.credentials.create({ publicKey })
              return (await post('/api/users/me/passkeys', { challenge_id, credential: credential.toJSON() })).status
            }, values.token)
            """,
            new { token = tokens.Access });
        Assert.Equal(201, status.GetInt32());
    }
}
