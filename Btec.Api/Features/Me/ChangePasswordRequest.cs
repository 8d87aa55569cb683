using System.Reflection;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.Me;

/// <summary>A change of the caller's password.</summary>
[JsonExample("""{"current_password": "correct horse battery", "new_password": "a staple is no battery"}""")]
public sealed record ChangePasswordRequest : IBindableFromHttpContext<ChangePasswordRequest>
{
    /// <summary>The current password.</summary>
    public required Secret CurrentPassword { get; init; }

    /// <summary>The new password, by the rules of registration.</summary>
    [ValidPassword(PasswordOwner.Caller)]
    public required Secret NewPassword { get; init; }

    public static ValueTask<ChangePasswordRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<ChangePasswordRequest>(context);
}
