using System.Text.Json;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Passkeys;

/// <summary>Requires a member to be an object, as <c>PublicKeyCredential.toJSON()</c> returns it. Its content is judged by the
/// ceremony.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CredentialAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings) =>
        ((JsonElement)value).ValueKind == JsonValueKind.Object ? [] : ["Must be an object."];
}
