using System.Reflection;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.Login;

/// <summary>The login form of OAuth 2.0 (RFC 6749 section 4.3.2).</summary>
[JsonExample("""{"username": "ada@example.com", "password": "correct horse battery"}""")]
public sealed record LoginRequest : IBindableFromHttpContext<LoginRequest>
{
    private const string PasswordGrant = "password";

    /// <summary>The e-mail address.</summary>
    public required string Username { get; init; }

    /// <summary>The password.</summary>
    public required Secret Password { get; init; }

    /// <summary>Optional: a code of the authenticator application, for accounts with a second factor. It logs in at once. Other accounts
    /// ignore it.</summary>
    public Secret? Otp { get; init; }

    /// <summary>Optional. The only value is password.</summary>
    public string? GrantType { get; init; }

    /// <summary>Accepted and ignored.</summary>
    public string? Scope { get; init; }

    /// <summary>Accepted and ignored.</summary>
    public string? ClientId { get; init; }

    /// <summary>Accepted and ignored.</summary>
    public Secret? ClientSecret { get; init; }

    public static async ValueTask<LoginRequest?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (await FormBody.ReadAsync(context) is not { } fields)
            return null;

        var request = new LoginRequest
        {
            Username = fields.Require("username"),
            // An empty password is a wrong one, not a missing one.
            Password = new Secret(fields.Require("password", mayBeEmpty: true)),
            Otp = fields.Find("otp") is { } otp ? new Secret(otp) : null,
            GrantType = fields.Expect("grant_type", PasswordGrant),
        };
        return fields.Errors.Count == 0 ? request : context.Refuse<LoginRequest>(AuthError.ValidationFailed, fields.Errors);
    }
}
