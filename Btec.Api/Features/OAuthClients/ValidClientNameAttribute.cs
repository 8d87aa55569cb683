using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.OAuthClients;

/// <summary>Applies the rules for the name of a client.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidClientNameAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings) =>
        ClientRules.FindNameFault((string)value) is { } fault ? [fault] : [];
}
