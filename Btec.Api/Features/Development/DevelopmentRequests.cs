using System.Globalization;
using System.Reflection;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Development;

/// <summary>The user whom a command is about.</summary>
public sealed record UserReference : IBindableFromHttpContext<UserReference>
{
    [ValidEmail]
    public required string Email { get; init; }

    public static ValueTask<UserReference?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<UserReference>(context);
}

/// <summary>How many demo users there are to be.</summary>
public sealed record DemoUsersRequest : IBindableFromHttpContext<DemoUsersRequest>
{
    [ValidDemoUserCount]
    public required int Count { get; init; }

    public static ValueTask<DemoUsersRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<DemoUsersRequest>(context);
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidDemoUserCountAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings) =>
        (int)value is >= 1 and <= DemoUsers.MaxCount
            ? []
            : [string.Create(CultureInfo.InvariantCulture, $"The number of demo users goes from 1 to {DemoUsers.MaxCount:N0}.")];
}
