using Btec.Data.Accounts;

namespace Btec.Api.Platform.Requests;

/// <summary>Applies the rules of <see cref="FullName"/> to a member of a request.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidFullNameAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings) =>
        FullName.FindFault((string)value) is { } fault ? [fault] : [];
}
