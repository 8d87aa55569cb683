using System.Text;
using Btec.Data.Keys;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Authorize;

/// <summary>The redirects that end authorization requests. Each carries the issuer, so that a client of several servers notices when one
/// answers for another (RFC 9207).</summary>
internal sealed class ClientRedirect(IOptions<JwtOptions> jwt)
{
    /// <summary>Returns the URI that gives a client its code.</summary>
    public string WithCode(string redirectUri, string? state, string code) => Build(redirectUri, state, ("code", code));

    /// <summary>Returns the URI that tells a client of an error.</summary>
    public string WithError(string redirectUri, string? state, AuthorizationFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return Build(redirectUri, state, ("error", fault.Error), ("error_description", fault.Description));
    }

    /// <summary>Returns the URI to which a browser goes after a logout. It has no issuer (OpenID Connect RP-Initiated Logout 1.0 section
    /// 3).</summary>
    public static string AfterLogout(string uri, string? state)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return state is null ? uri : $"{uri}{(uri.Contains('?', StringComparison.Ordinal) ? '&' : '?')}state={Uri.EscapeDataString(state)}";
    }

    /// <summary>Appends the parameters to the redirect URI, whose own query stays (RFC 6749 section 3.1.2). Everything is escaped, so that
    /// no state can add a parameter or a header.</summary>
    private string Build(string redirectUri, string? state, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        var uri = new StringBuilder(redirectUri);
        var separator = redirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in parameters)
        {
            uri.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        if (state is not null)
            uri.Append("&state=").Append(Uri.EscapeDataString(state));

        return uri.Append("&iss=").Append(Uri.EscapeDataString(jwt.Value.Issuer!)).ToString();
    }
}
