using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.OAuthClients;

/// <summary>Requires an https URL, or an http URL on a loopback address.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidWebUriAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings) =>
        UriRules.FindWebFault((string)value) is { } fault ? [fault] : [];
}
