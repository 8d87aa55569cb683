using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.Me;

/// <summary>A change of the caller's e-mail address.</summary>
[JsonExample("""{"email": "ada.king@example.com", "password": "correct horse battery"}""")]
public sealed record ChangeEmailRequest : IBindableFromHttpContext<ChangeEmailRequest>
{
    /// <summary>The new address.</summary>
    [ValidEmail]
    public required string Email { get; init; }

    /// <summary>The caller's password.</summary>
    public required Secret Password { get; init; }

    public static ValueTask<ChangeEmailRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<ChangeEmailRequest>(context);
}
