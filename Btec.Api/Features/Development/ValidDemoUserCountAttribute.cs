using System.Globalization;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Development;

[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidDemoUserCountAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings) =>
        (int)value is >= 1 and <= DemoUsers.MaxCount
            ? []
            : [string.Create(CultureInfo.InvariantCulture, $"The number of demo users must be between 1 and {DemoUsers.MaxCount:N0}.")];
}
