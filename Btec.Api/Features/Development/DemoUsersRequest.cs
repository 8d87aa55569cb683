using System.Globalization;
using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;

namespace Btec.Api.Features.Development;

/// <summary>A request for demo users.</summary>
public sealed record DemoUsersRequest : IBindableFromHttpContext<DemoUsersRequest>
{
    /// <summary>The number of demo users that exist afterwards.</summary>
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
            : [string.Create(CultureInfo.InvariantCulture, $"Must be an integer from 1 to {DemoUsers.MaxCount:N0}.")];
}
