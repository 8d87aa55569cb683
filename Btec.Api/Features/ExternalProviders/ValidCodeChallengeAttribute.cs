using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>A rule for S256 code challenges: base64url of 32 bytes.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidCodeChallengeAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings) =>
        RandomSecret.FindHash((string)value) is null ? ["Must be the base64url of a SHA-256, of 43 characters."] : [];
}
