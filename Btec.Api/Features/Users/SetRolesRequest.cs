using System.Reflection;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Users;

/// <summary>The roles that a user has from now on.</summary>
[JsonExample("""{"roles": ["editor", "orders:read"]}""")]
public sealed record SetRolesRequest : IBindableFromHttpContext<SetRolesRequest>
{
    /// <summary>At most 50 names of 1 to 64 characters: a-z, 0-9, _, ., : and -. An empty list takes every role away.</summary>
    [ValidRoles]
    public required IReadOnlyList<string> Roles { get; init; }

    public static ValueTask<SetRolesRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<SetRolesRequest>(context);
}
