using System.Reflection;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>An external login to link: the one-time code of a login at a provider with its code_verifier, or a link_token.</summary>
[JsonExample("""{"link_token": "kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y"}""")]
public sealed record LinkIdentityRequest : IBindableFromHttpContext<LinkIdentityRequest>
{
    /// <summary>The one-time code, with code_verifier.</summary>
    public Secret? Code { get; init; }

    /// <summary>The code verifier of the login.</summary>
    public Secret? CodeVerifier { get; init; }

    /// <summary>The link_token that came with link_required, in place of code.</summary>
    public Secret? LinkToken { get; init; }

    public static async ValueTask<LinkIdentityRequest?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (await JsonBody.ReadAsync<LinkIdentityRequest>(context) is not { } request)
            return null;

        var isOneProof = (request.Code, request.CodeVerifier, request.LinkToken) switch
        {
            ({ }, { } verifier, null) => OAuth.CodeVerifier.IsValid(verifier.Reveal()),
            (null, null, { }) => true,
            _ => false,
        };
        return isOneProof
            ? request
            : context.Refuse<LinkIdentityRequest>(
                AuthError.ValidationFailed,
                new Dictionary<string, string[]>(StringComparer.Ordinal) { ["body"] = ["Send either code with code_verifier, or link_token."] });
    }
}
