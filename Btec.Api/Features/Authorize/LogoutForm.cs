using System.Reflection;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Authorize;

/// <summary>The parameters of a logout that a client begins (OpenID Connect RP-Initiated Logout 1.0 section 2), in the query of a GET or in
/// the form of a POST. Others are ignored.</summary>
internal sealed class LogoutForm(FormFields fields) : IBindableFromHttpContext<LogoutForm>
{
    public const string IdTokenHintName = "id_token_hint";
    public const string ClientIdName = "client_id";
    public const string RedirectUriName = "post_logout_redirect_uri";
    public const string StateName = "state";

    /// <summary>The parameters that are read.</summary>
    public static readonly IReadOnlyList<string> Names = [IdTokenHintName, ClientIdName, RedirectUriName, StateName];

    public string? IdTokenHint => fields.Find(IdTokenHintName);

    public string? ClientId => fields.Find(ClientIdName);

    public string? RedirectUri => fields.Find(RedirectUriName);

    public string? State => fields.Find(StateName) is { } state && AuthorizationRules.IsState(state) ? state : null;

    /// <summary>Gets a value indicating whether a parameter was sent more than once.</summary>
    public bool IsRepeated => Names.Any(fields.IsRepeated);

    /// <summary>Returns the parameters as a query with its question mark, or empty text if there are none.</summary>
    public string ToQuery()
    {
        var sent = Names.Where(name => fields.Find(name) is not null)
            .Select(name => $"{name}={Uri.EscapeDataString(fields.Find(name)!)}").ToList();
        return sent.Count == 0 ? "" : $"?{string.Join('&', sent)}";
    }

    public static async ValueTask<LogoutForm?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        ArgumentNullException.ThrowIfNull(context);
        var fields = HttpMethods.IsPost(context.Request.Method) ? await FormBody.ReadAsync(context) : FormBody.ReadQuery(context);
        return fields is null ? null : new LogoutForm(fields);
    }
}
