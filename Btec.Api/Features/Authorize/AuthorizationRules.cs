using System.Text.RegularExpressions;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Authorize;

/// <summary>The rules for the parameters of authorization requests whose client and redirect URI are known to be right.</summary>
internal sealed partial class AuthorizationRules(ScopeRules scopes, TimeProvider clock)
{
    /// <summary>The lifetime of a request that waits for its user: 10 minutes (the API contract).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>The longest state and nonce, in characters. An estimate: a signed state of a client is far shorter, and the redirect must
    /// fit into a URL of 8 KiB when it is escaped.</summary>
    private const int MaxOpaque = 2_000;

    /// <summary>The longest of the other parameters, in characters. An estimate: more than any list of scopes or address.</summary>
    private const int MaxText = 1_000;

    /// <summary>The longest max_age, in seconds: a year. A longer one asks for nothing.</summary>
    private const int MaxMaxAge = 31_536_000;

    /// <summary>Returns whether a state is one that can be returned.</summary>
    public static bool IsState(string state) => IsText(state, MaxOpaque);

    /// <summary>Returns a request with what was asked for, or the fault that the client is told.</summary>
    /// <param name="form">The parameters.</param>
    /// <param name="client">The client.</param>
    /// <param name="redirectUri">The redirect URI, which is one of the client's.</param>
    /// <param name="id">The id of the request.</param>
    /// <param name="expectedUserId">The user whom the client expects, or <see langword="null"/>.</param>
    /// <param name="asksForLogin"><see langword="true"/> if the user must sign in again, whatever the client asks for.</param>
    public (AuthorizationRequest? Request, AuthorizationFault? Fault) Read(
        AuthorizationForm form, RegisteredClient client, string redirectUri, string id, int? expectedUserId, bool asksForLogin)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(client);
        if (FindFault(form, client) is { } fault)
            return (null, fault);

        if (scopes.Grant(form.Find(AuthorizationForm.Scope), client) is not { } granted)
            return (null, AuthorizationFault.ScopeInvalid);

        var (now, prompt) = (clock.GetStoredNow(), form.Find(AuthorizationForm.Prompt));
        return (new AuthorizationRequest
        {
            Hash = RandomSecret.FindHash(id)!,
            ClientId = client.Id,
            RedirectUri = redirectUri,
            Scope = string.Join(' ', granted),
            State = form.Find(AuthorizationForm.State),
            Nonce = form.Find(AuthorizationForm.Nonce),
            CodeChallenge = form.Find(AuthorizationForm.CodeChallenge)!,
            Resource = form.Find(AuthorizationForm.Resource),
            Prompt = asksForLogin ? AuthorizationPrompt.AskForLogin(prompt) : prompt,
            MaxAge = NonNegativeInteger.Parse(form.Find(AuthorizationForm.MaxAge) ?? "") is { } age ? Math.Min(age, MaxMaxAge) : null,
            AcrValues = form.Find(AuthorizationForm.AcrValues),
            LoginHint = form.Find(AuthorizationForm.LoginHint),
            ExpectedUserId = expectedUserId,
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
        }, null);
    }

    private static AuthorizationFault? FindFault(AuthorizationForm form, RegisteredClient client)
    {
        // RFC 8707 section 2 allows several resources; a token here is for one.
        if (form.IsRepeated(AuthorizationForm.Resource))
            return AuthorizationFault.TargetInvalid;

        if (AuthorizationForm.Names.FirstOrDefault(form.IsRepeated) is { } repeated)
            return AuthorizationFault.Invalid($"The parameter {repeated} was sent more than once.");

        if (form.Find(AuthorizationForm.RequestObject) is not null)
            return AuthorizationFault.RequestObjectUnsupported;

        if (form.Find(AuthorizationForm.RequestUri) is not null)
            return AuthorizationFault.RequestUriUnsupported;

        if (form.Find(AuthorizationForm.State) is { } state && !IsState(state))
            return AuthorizationFault.Invalid("The state is too long, or has control characters.");

        return FindResponseFault(form, client)
            ?? FindProofFault(form)
            ?? FindTextFault(form)
            ?? FindPromptFault(form)
            ?? FindTargetFault(form, client);
    }

    private static AuthorizationFault? FindResponseFault(AuthorizationForm form, RegisteredClient client)
    {
        if (form.Find(AuthorizationForm.ResponseType) is not { } type)
            return AuthorizationFault.Invalid("The parameter response_type is missing.");

        if (type != "code")
            return AuthorizationFault.ResponseTypeUnsupported;

        if (form.Find(AuthorizationForm.ResponseMode) is not (null or "query"))
            return AuthorizationFault.Invalid("The only response_mode is query.");

        return client.GrantTypes.Contains(GrantTypes.AuthorizationCode, StringComparer.Ordinal)
            ? null
            : AuthorizationFault.ClientUnauthorized;
    }

    /// <summary>Finds what is wrong with the proof key for code exchange. Without a method it would be <c>plain</c> (RFC 7636 section 4.3),
    /// which protects nothing against whoever reads the request.</summary>
    private static AuthorizationFault? FindProofFault(AuthorizationForm form)
    {
        if (form.Find(AuthorizationForm.CodeChallengeMethod) != "S256")
            return AuthorizationFault.Invalid("The code_challenge_method must be S256.");

        return form.Find(AuthorizationForm.CodeChallenge) is { } challenge && Challenge().IsMatch(challenge)
            ? null
            : AuthorizationFault.Invalid("The code_challenge must have 43 to 128 characters of RFC 7636 section 4.2.");
    }

    private static AuthorizationFault? FindTextFault(AuthorizationForm form)
    {
        if (form.Find(AuthorizationForm.Nonce) is { } nonce && !IsText(nonce, MaxOpaque))
            return AuthorizationFault.Invalid("The nonce is too long, or has control characters.");

        return new[] { AuthorizationForm.Prompt, AuthorizationForm.AcrValues, AuthorizationForm.LoginHint }
            .FirstOrDefault(name => form.Find(name) is { } text && !IsText(text, MaxText)) is { } faulty
                ? AuthorizationFault.Invalid($"The parameter {faulty} is too long, or has control characters.")
                : null;
    }

    private static AuthorizationFault? FindPromptFault(AuthorizationForm form)
    {
        var prompts = AuthorizationPrompt.Split(form.Find(AuthorizationForm.Prompt));
        if (prompts.Length > 1 && prompts.Contains(AuthorizationPrompt.None, StringComparer.Ordinal))
            return AuthorizationFault.Invalid("The prompt none does not go with others.");

        return form.Find(AuthorizationForm.MaxAge) is { } age && !MaxAge().IsMatch(age)
            ? AuthorizationFault.Invalid("The max_age must be a number of seconds.")
            : null;
    }

    private static AuthorizationFault? FindTargetFault(AuthorizationForm form, RegisteredClient client) =>
        form.Find(AuthorizationForm.Resource) is not { } resource || client.Resources.Contains(resource, StringComparer.Ordinal)
            ? null
            : AuthorizationFault.TargetInvalid;

    private static bool IsText(string text, int maxLength) => text.Length <= maxLength && RequestText.FindFault(text) is null;

    [GeneratedRegex(@"^[A-Za-z0-9\-._~]{43,128}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Challenge();

    /// <summary>A number of seconds that fits into an integer.</summary>
    [GeneratedRegex(@"^[0-9]{1,9}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MaxAge();
}
