using Btec.Data.Accounts;

namespace Btec.Api.Platform.Requests;

/// <summary>Applies the rules of <see cref="EmailAddress"/> to a member of a request.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidEmailAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings) =>
        EmailAddress.FindFault((string)value) is { } fault ? [fault] : [];
}
