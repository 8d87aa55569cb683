using System.Reflection;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Recovery;

/// <summary>A request for a link that sets a new password.</summary>
[JsonExample("""{"email": "ada@example.com"}""")]
public sealed record RecoverPasswordRequest : IBindableFromHttpContext<RecoverPasswordRequest>
{
    /// <summary>The e-mail address of the account.</summary>
    [ValidEmail]
    public required string Email { get; init; }

    public static ValueTask<RecoverPasswordRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<RecoverPasswordRequest>(context);
}
