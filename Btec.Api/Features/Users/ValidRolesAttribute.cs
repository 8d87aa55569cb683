using System.Globalization;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;

namespace Btec.Api.Features.Users;

/// <summary>Applies the rules of <see cref="RoleNames"/> to the entries of a list.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidRolesAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings)
    {
        var names = (IReadOnlyList<string?>)value;
        if (names.Count > RoleNames.MaxCount)
            return [string.Create(CultureInfo.InvariantCulture, $"Use at most {RoleNames.MaxCount}.")];

        return names
            .Select((name, index) => (Number: index + 1, Fault: name is null ? "Must be a string, not null." : RoleNames.FindFault(name)))
            .Where(entry => entry.Fault is not null)
            .Select(entry => string.Create(CultureInfo.InvariantCulture, $"Number {entry.Number}: {entry.Fault}"));
    }
}
