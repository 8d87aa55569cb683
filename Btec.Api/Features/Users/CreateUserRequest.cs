using System.Reflection;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Users;

/// <summary>An account that a superuser creates.</summary>
[JsonExample("""{"email": "grace@example.com", "full_name": "Grace Hopper"}""")]
public sealed record CreateUserRequest : IBindableFromHttpContext<CreateUserRequest>
{
    /// <summary>The e-mail address. It is stored in a canonical form, by the rules of registration.</summary>
    [ValidEmail]
    public required string Email { get; init; }

    /// <summary>The password. If it is left out or null, the user is mailed a link to set one.</summary>
    [ValidPassword(PasswordOwner.Described)]
    public Secret? Password { get; init; }

    /// <summary>The full name, at most 255 characters, or null.</summary>
    [ValidShortText(User.FullNameMaxLength)]
    public string? FullName { get; init; }

    /// <summary>True if the user may log in.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>True if the user may administer others.</summary>
    public bool IsSuperuser { get; init; }

    internal UserProfile ToProfile() => new()
    {
        FullName = FullName,
    };

    public static ValueTask<CreateUserRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<CreateUserRequest>(context);
}
