using Btec.Data.Accounts;

namespace Btec.Api.Features.Sessions;

/// <summary>The proof by which a user signed in.</summary>
/// <param name="Amr">The methods; see <see cref="AuthenticationMethods"/>.</param>
/// <param name="PasskeyId">The passkey that was used, with whose removal the session ends.</param>
internal sealed record SignInProof(string Amr, Guid? PasskeyId = null)
{
    /// <summary>A password.</summary>
    public static readonly SignInProof Password = new(AuthenticationMethods.Password);
}
