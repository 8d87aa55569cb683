using System.Reflection;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Registration;

/// <summary>A new account.</summary>
[JsonExample("""{"email": "ada@example.com", "password": "correct horse battery", "full_name": "Ada Lovelace"}""")]
public sealed record RegisterRequest : IBindableFromHttpContext<RegisterRequest>
{
    /// <summary>The e-mail address: at most 254 characters, at most 64 of them before the @. It is stored and returned in a
    /// canonical form: trimmed, in NFC and lower case, the domain in ASCII.</summary>
    [ValidEmail]
    public required string Email { get; init; }

    /// <summary>The password: at least 8 characters, at most 72 bytes in UTF-8, any Unicode, taken as sent. It must not be a
    /// common password, nor be based on the e-mail address, the name or the name of the site, not even in disguise.</summary>
    [ValidPassword(PasswordOwner.Described)]
    public required Secret Password { get; init; }

    /// <summary>The full name, at most 255 characters, or null.</summary>
    [ValidShortText(User.FullNameMaxLength)]
    public string? FullName { get; init; }

    internal UserProfile ToProfile() => new()
    {
        FullName = FullName,
    };

    public static ValueTask<RegisterRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<RegisterRequest>(context);
}
