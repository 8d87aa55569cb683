using System.Diagnostics.CodeAnalysis;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Passkeys;

/// <summary>A passkey that has been added.</summary>
[JsonExample("""
    {
        "id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69", "name": "Ada's laptop", "created_at": "2026-01-31T09:30:00.000000Z",
        "last_used_at": null, "aaguid": "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "backup_eligible": true, "backed_up": true,
        "recovery_codes": ["K7QJ2M-4XN5PA-RT6WZB-C3DYEF"]
    }
    """)]
public sealed record AddedPasskeyResponse : PasskeyResponse
{
    [SetsRequiredMembers]
    private AddedPasskeyResponse(PasskeyResponse passkey, IReadOnlyList<Secret> recoveryCodes)
        : base(passkey) =>
        RecoveryCodes = recoveryCodes;

    /// <summary>Ten recovery codes, which are shown only here, if the passkey is the first second factor of the account; else an empty
    /// list.</summary>
    public required IReadOnlyList<Secret> RecoveryCodes { get; init; }

    internal static AddedPasskeyResponse From(Passkey passkey, IReadOnlyList<Secret> recoveryCodes) => new(From(passkey), recoveryCodes);
}
