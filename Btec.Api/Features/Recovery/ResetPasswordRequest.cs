using System.Reflection;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.Recovery;

/// <summary>A new password and the mailed link that allows it.</summary>
[JsonExample("""{"token": "Zm9yIHlvdXIgZXllcyBvbmx5LCBhbmQgb25jZSBvbmx5", "new_password": "a staple is no battery"}""")]
public sealed record ResetPasswordRequest : IBindableFromHttpContext<ResetPasswordRequest>
{
    /// <summary>The token of the mailed link.</summary>
    public required Secret Token { get; init; }

    /// <summary>The new password, by the rules of registration.</summary>
    [ValidPassword(PasswordOwner.Unknown)]
    public required Secret NewPassword { get; init; }

    public static ValueTask<ResetPasswordRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<ResetPasswordRequest>(context);
}
