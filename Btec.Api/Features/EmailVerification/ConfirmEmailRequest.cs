using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.EmailVerification;

/// <summary>The mailed link that confirms an address.</summary>
[JsonExample("""{"token": "Zm9yIHlvdXIgZXllcyBvbmx5LCBhbmQgb25jZSBvbmx5"}""")]
public sealed record ConfirmEmailRequest : IBindableFromHttpContext<ConfirmEmailRequest>
{
    /// <summary>The token of the mailed link.</summary>
    public required Secret Token { get; init; }

    public static ValueTask<ConfirmEmailRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<ConfirmEmailRequest>(context);
}
