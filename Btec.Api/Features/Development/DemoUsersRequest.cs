using System.Reflection;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Development;

/// <summary>The number of demo users to create.</summary>
public sealed record DemoUsersRequest : IBindableFromHttpContext<DemoUsersRequest>
{
    [ValidDemoUserCount]
    public required int Count { get; init; }

    public static ValueTask<DemoUsersRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<DemoUsersRequest>(context);
}
