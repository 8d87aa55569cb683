using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The proof that an authenticator application has the secret.</summary>
[JsonExample("""{"code": "492039"}""")]
public sealed record ConfirmTotpRequest : IBindableFromHttpContext<ConfirmTotpRequest>
{
    /// <summary>The code that the application shows, six digits.</summary>
    public required Secret Code { get; init; }

    public static ValueTask<ConfirmTotpRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<ConfirmTotpRequest>(context);
}
