using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.SecondFactors;

/// <summary>Recovery codes, which are shown once. Each works once in place of a second factor.</summary>
[JsonExample("""{"recovery_codes": ["MFRGGZ-DFMZTW-Q2LKNN-WG23TP"]}""")]
public sealed record RecoveryCodesResponse
{
    /// <summary>The codes. Case and hyphens do not matter. None if the user keeps the previous ones.</summary>
    public required IReadOnlyList<Secret> RecoveryCodes { get; init; }

    internal static RecoveryCodesResponse From(NewRecoveryCodes codes) => new() { RecoveryCodes = codes.Codes };
}
