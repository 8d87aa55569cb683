using Btec.Api.Features.SecondFactors;
using Btec.Data.Model;

namespace Btec.Api.Features.Passkeys;

/// <summary>A passkey as a second factor.</summary>
internal static class PasskeyFactor
{
    public static ChangedFactor ToFactor(this Passkey passkey)
    {
        ArgumentNullException.ThrowIfNull(passkey);
        return new ChangedFactor(passkey.Id, SecondFactorKind.Passkey);
    }

    /// <summary>Describes the end of sessions that a passkey had opened, for the audit.</summary>
    public static Dictionary<string, object?> DescribeEnded(int sessions) =>
        new(StringComparer.Ordinal) { ["reason"] = "a passkey was removed", ["sessions"] = sessions };
}
