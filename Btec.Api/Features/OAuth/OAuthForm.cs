using System.Reflection;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.OAuth;

/// <summary>The form of a request to an OAuth endpoint. Its faults are answered as OAuth errors.</summary>
/// <param name="Fields">The fields. There are none if the form cannot be read or repeats a parameter.</param>
internal sealed record OAuthForm(FormFields Fields) : IBindableFromHttpContext<OAuthForm>
{
    public const string MediaType = "application/x-www-form-urlencoded";

    /// <summary>The parameters of RFC 6749 sections 4.3.2 and 6, RFC 7009 and RFC 7662, and of logins with a second factor. None may be sent twice (RFC 6749
    /// section 3.2). Unknown parameters are ignored.</summary>
    private static readonly string[] Parameters =
    [
        "grant_type", "username", "password", "otp", "mfa_token", "recovery_code", "refresh_token", "scope", "client_id", "client_secret",
        "token", "token_type_hint", "code", "redirect_uri", "code_verifier",
    ];

    /// <summary>Returns an optional field that is a secret.</summary>
    public Secret? FindSecret(string name) => Fields.Find(name) is { } value ? new Secret(value) : null;

    /// <summary>Returns the resource. Several are one that nobody was granted: a token for all of them would be good at each of them for the
    /// others (RFC 8707 section 3).</summary>
    public string? FindResource() => Fields.IsRepeated("resource") ? "" : Fields.Find("resource");

    /// <summary>Reads what the request says about its client.</summary>
    public ClientCredentials ReadClient(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ClientCredentials.Read(context.Request.Headers, Fields.Find("client_id"), FindSecret("client_secret"));
    }

    public static async ValueTask<OAuthForm?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (await FormBody.ReadAsync(context) is { } fields)
            return new OAuthForm(Parameters.Any(fields.IsRepeated) ? new FormFields([]) : fields);

        // A body that is too large or of another type is answered as a problem.
        return context.Features.Get<RequestFault>()?.Error == AuthError.MalformedBody ? new OAuthForm(new FormFields([])) : null;
    }
}
