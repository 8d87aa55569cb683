using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.Me;

/// <summary>The proof that deletes the caller's account.</summary>
[JsonExample("""{"password": "correct horse battery"}""")]
public sealed record DeleteAccountRequest : IBindableFromHttpContext<DeleteAccountRequest>
{
    /// <summary>The caller's password.</summary>
    public required Secret Password { get; init; }

    public static ValueTask<DeleteAccountRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<DeleteAccountRequest>(context);
}
