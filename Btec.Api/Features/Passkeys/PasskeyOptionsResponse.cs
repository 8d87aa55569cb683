using System.Text.Json;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.Passkeys;

/// <summary>A challenge for a passkey.</summary>
[JsonExample("""
    {
        "challenge_id": "Jx1wS0b7cQ2mY9tK4vR6nD8pL3fH5gZaXeUoIiBqTyE", "expires_in": 300,
        "options": {
            "challenge": "m2Z0yQ8c5V1b7N3x9K4r6T2w8P0s5D1f7G3h9J4k6L0", "rpId": "example.com", "timeout": 300000,
            "allowCredentials": [], "userVerification": "required"
        }
    }
    """)]
public sealed record PasskeyOptionsResponse
{
    /// <summary>The id of the challenge. Send it back with the credential. It works once.</summary>
    public required Secret ChallengeId { get; init; }

    /// <summary>The options, for PublicKeyCredential.parseCreationOptionsFromJSON() or parseRequestOptionsFromJSON().</summary>
    public required JsonElement Options { get; init; }

    /// <summary>The number of seconds for which the challenge works.</summary>
    public required int ExpiresIn { get; init; }

    internal static PasskeyOptionsResponse From(PasskeyStart start) => new()
    {
        ChallengeId = start.ChallengeId,
        Options = start.Options,
        ExpiresIn = (int)PasskeyChallenges.Lifetime.TotalSeconds,
    };
}
