using Btec.Api.Features.Grants;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Data.Model;

namespace Btec.Api.Features.Authorize;

/// <summary>The steps that authorization requests wait for.</summary>
internal sealed class AuthorizationNeeds(GrantService grants, TimeProvider clock)
{
    /// <summary>Finds what a request waits for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Its client.</param>
    /// <param name="browser">The signed-in session of the browser, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public async Task<AuthorizationNeed> FindAsync(
        AuthorizationRequest request, RegisteredClient client, CurrentUser? browser, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        if (browser is null
            || !IsExpected(request, browser)
            || !IsProofRecent(request, browser)
            || !AuthorizationPrompt.Satisfies(browser.Amr, request.AcrValues))
            return AuthorizationNeed.SignIn;

        if (client.IsFirstParty)
            return AuthorizationNeed.Nothing;

        return AuthorizationPrompt.Has(request.Prompt, AuthorizationPrompt.Consent)
            || !client.IsAssuredAt(request.RedirectUri)
            || !await grants.HasConsentedAsync(browser.User.Id, request.ClientId, request.Scope, cancellationToken)
                ? AuthorizationNeed.Consent
                : AuthorizationNeed.Nothing;
    }

    /// <summary>Returns whether the user may be the one whom the client expects.</summary>
    public static bool IsExpected(AuthorizationRequest request, CurrentUser browser)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(browser);
        return request.ExpectedUserId is not { } expected || expected == browser.User.Id;
    }

    /// <summary>Returns whether the user has proved who they are since the request was made, or recently enough for it.</summary>
    public bool IsProofRecent(AuthorizationRequest request, CurrentUser browser)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(browser);
        if (IsProofOf(request, browser))
            return true;

        if (AuthorizationPrompt.AsksForLogin(request.Prompt))
            return false;

        // No proof is from the future: after a clock was set back, it would stay recent for as long.
        var age = clock.GetStoredNow() - browser.AuthTime;
        return request.MaxAge is not { } seconds
            || (age <= TimeSpan.FromSeconds(seconds) && age >= -BearerAuthentication.ClockSkew);
    }

    /// <summary>Returns whether the user has proved who they are since the request was made.</summary>
    public static bool IsProofOf(AuthorizationRequest request, CurrentUser browser)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(browser);
        return browser.AuthTime >= request.CreatedAt;
    }
}
