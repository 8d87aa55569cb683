using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The second factors of a user.</summary>
[JsonExample("""
    {
        "items": [
            {
                "id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69", "type": "totp", "name": "Phone",
                "created_at": "2026-01-31T09:30:00.000000Z", "last_used_at": null
            }
        ],
        "recovery_codes_left": 10
    }
    """)]
public sealed record FactorsResponse
{
    /// <summary>The authenticators and passkeys, oldest first.</summary>
    public required IReadOnlyList<FactorResponse> Items { get; init; }

    /// <summary>The number of recovery codes that have not been used.</summary>
    public required int RecoveryCodesLeft { get; init; }

    internal static FactorsResponse From(ListedFactors factors) => new()
    {
        Items = [.. factors.Items.Select(FactorResponse.From)],
        RecoveryCodesLeft = factors.RecoveryCodesLeft,
    };
}
