using Btec.Data.Accounts;

namespace Btec.Api.Platform.Requests;

/// <summary>Applies the rules of <see cref="ShortText"/> to a member of a request.</summary>
/// <param name="maxLength">The maximum length, in code points.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidShortTextAttribute(int maxLength) : MemberRuleAttribute
{
    public int MaxLength => maxLength;

    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings) =>
        ShortText.FindFault((string)value, MaxLength) is { } fault ? [fault] : [];
}
