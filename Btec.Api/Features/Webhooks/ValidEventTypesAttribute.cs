using System.Globalization;
using Btec.Api.Platform.Requests;
using Btec.Data.Events;

namespace Btec.Api.Features.Webhooks;

/// <summary>Requires a list of known types of events that is not empty.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidEventTypesAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings)
    {
        var types = (IReadOnlyList<string?>)value;
        if (types.Count == 0 || types.Count > EventTypes.All.Count)
            return [string.Create(CultureInfo.InvariantCulture, $"Name 1 to {EventTypes.All.Count} types.")];

        return types
            .Select((type, index) => (Number: index + 1, IsKnown: EventTypes.All.Contains(type, StringComparer.Ordinal)))
            .Where(entry => !entry.IsKnown)
            .Select(entry => string.Create(
                CultureInfo.InvariantCulture, $"Number {entry.Number}: Use {string.Join(", ", EventTypes.All)}."));
    }
}
