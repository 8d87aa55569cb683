using System.Reflection;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Authorize;

/// <summary>The parameters of an authorization request, in the query of a GET or in the form of a POST (OpenID Connect Core 1.0 section
/// 3.1.2.1). Only those of <see cref="Names"/> are read.</summary>
internal sealed class AuthorizationForm(FormFields fields) : IBindableFromHttpContext<AuthorizationForm>
{
    public const string ClientId = "client_id";
    public const string RedirectUri = "redirect_uri";
    public const string ResponseType = "response_type";
    public const string ResponseMode = "response_mode";
    public const string Scope = "scope";
    public const string State = "state";
    public const string Nonce = "nonce";
    public const string CodeChallenge = "code_challenge";
    public const string CodeChallengeMethod = "code_challenge_method";
    public const string Resource = "resource";
    public const string Prompt = "prompt";
    public const string MaxAge = "max_age";
    public const string AcrValues = "acr_values";
    public const string LoginHint = "login_hint";
    public const string IdTokenHint = "id_token_hint";
    public const string RequestObject = "request";
    public const string RequestUri = "request_uri";

    /// <summary>The parameters that are read.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        ClientId, RedirectUri, ResponseType, ResponseMode, Scope, State, Nonce, CodeChallenge, CodeChallengeMethod, Resource, Prompt,
        MaxAge, AcrValues, LoginHint, IdTokenHint, RequestObject, RequestUri,
    ];

    /// <summary>Returns a parameter, or <see langword="null"/> if it was left out, is empty or was sent more than once.</summary>
    public string? Find(string name) => fields.Find(name);

    /// <summary>Returns whether a parameter was sent more than once.</summary>
    public bool IsRepeated(string name) => fields.IsRepeated(name);

    public static async ValueTask<AuthorizationForm?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        ArgumentNullException.ThrowIfNull(context);
        var fields = HttpMethods.IsPost(context.Request.Method) ? await FormBody.ReadAsync(context) : FormBody.ReadQuery(context);
        return fields is null ? null : new AuthorizationForm(fields);
    }
}
