using Btec.Api.Features.OAuth;
using Btec.Api.Features.Sessions;
using Btec.Api.Platform.BearerTokens;
using Btec.Data.Audit;
using Btec.Data.Keys;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The grant of the one-time codes of external logins at the token endpoint.</summary>
internal static class ExternalGrant
{
    /// <summary>The grant type. The codes are no authorization codes: no client of this server has been authorized.</summary>
    public const string Type = "urn:btec:params:oauth:grant-type:external";

    /// <summary>Redeems the code of a form, or returns <see langword="null"/> if the form is incomplete.</summary>
    public static async Task<ExternalLoginResult<TokenPair>?> GrantAsync(
        OAuthForm form, AuditOrigin origin, ExternalLoginService logins, SessionService sessions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(logins);
        var (code, verifier) = (form.Fields.Require("code"), form.Fields.Require("code_verifier"));
        return form.Fields.Errors.Count > 0 || !CodeVerifier.IsValid(verifier)
            ? null
            : await logins.LoginAsync(new Secret(code), new Secret(verifier), sessions, origin, cancellationToken);
    }
}
