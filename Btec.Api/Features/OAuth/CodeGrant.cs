using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Data.Audit;
using Btec.Data.Keys;

namespace Btec.Api.Features.OAuth;

/// <summary>The grant of authorization codes at the token endpoint (RFC 6749 section 4.1.3).</summary>
internal static class CodeGrant
{
    /// <summary>Redeems the code of a form for a client that has been authenticated.</summary>
    public static Task<Result<GrantedTokens>> GrantAsync(
        OAuthForm form,
        RegisteredClient client,
        AuditOrigin origin,
        CodeRedemptionService codes,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(client);
        if (!client.GrantTypes.Contains(GrantTypes.AuthorizationCode, StringComparer.Ordinal))
            return Task.FromResult<Result<GrantedTokens>>(AuthError.GrantTypeNotAllowed);

        var fields = form.Fields;
        var (code, redirectUri, verifier) = (fields.Require("code"), fields.Require("redirect_uri"), fields.Require("code_verifier"));
        if (fields.Errors.Count > 0 || !CodeVerifier.IsValid(verifier))
            return Task.FromResult<Result<GrantedTokens>>(AuthError.TokenRequestInvalid);

        return codes.RedeemAsync(
            new PresentedCode(new Secret(code), redirectUri, new Secret(verifier), form.FindResource()),
            client, origin, cancellationToken);
    }
}
