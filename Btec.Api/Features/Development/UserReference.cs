using System.Reflection;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Development;

/// <summary>The user to whom a command applies.</summary>
internal sealed record UserReference : IBindableFromHttpContext<UserReference>
{
    [ValidEmail]
    public required string Email { get; init; }

    public static ValueTask<UserReference?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<UserReference>(context);
}
