using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.EmailVerification;

/// <summary>The mailed link that confirms an address.</summary>
[JsonExample("""{"token": "Zm9yIHlvdXIgZXllcyBvbmx5LCBhbmQgb25jZSBvbmx5", "password": "correct horse battery"}""")]
public sealed record ConfirmEmailRequest : IBindableFromHttpContext<ConfirmEmailRequest>
{
    /// <summary>The token of the mailed link.</summary>
    public required Secret Token { get; init; }

    /// <summary>The password of the account; with Registration:Mode set to verified, the one that was chosen in this
    /// registration. It may be left out with an access token of the account, and for a change of address.</summary>
    public Secret? Password { get; init; }

    public static ValueTask<ConfirmEmailRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<ConfirmEmailRequest>(context);
}
