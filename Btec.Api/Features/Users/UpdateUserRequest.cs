using System.Reflection;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Users;

/// <summary>A change of an account. Members that are left out stay as they are.</summary>
[JsonExample("""{"is_active": false}""")]
public sealed record UpdateUserRequest : IBindableFromHttpContext<UpdateUserRequest>
{
    /// <summary>The new e-mail address, which is not confirmed then.</summary>
    [ValidEmail]
    public Optional<string> Email { get; init; }

    /// <summary>The new password.</summary>
    [ValidPassword(PasswordOwner.Described)]
    public Optional<Secret> Password { get; init; }

    /// <summary>The full name, at most 255 characters; null or empty clears it.</summary>
    [ValidShortText(User.FullNameMaxLength)]
    public Optional<string?> FullName { get; init; }

    /// <summary>True if the user may log in.</summary>
    public Optional<bool> IsActive { get; init; }

    /// <summary>True if the user may administer others.</summary>
    public Optional<bool> IsSuperuser { get; init; }

    /// <summary>Gets a value indicating whether the change affects how the account is protected, or the rights of its user.</summary>
    internal bool ChangesProtection => Email.IsGiven || Password.IsGiven || IsSuperuser.IsGiven;

    internal UserProfile ApplyTo(UserProfile profile) => profile with
    {
        FullName = FullName.Or(profile.FullName),
    };

    public static ValueTask<UpdateUserRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<UpdateUserRequest>(context);
}
