using System.Reflection;
using System.Text.Json;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Passkeys;

/// <summary>A passkey that the client has created.</summary>
[JsonExample("""
    {
        "challenge_id": "Jx1wS0b7cQ2mY9tK4vR6nD8pL3fH5gZaXeUoIiBqTyE", "name": "Ada's laptop",
        "credential": {
            "id": "kq3n1v8bT5m0", "rawId": "kq3n1v8bT5m0", "type": "public-key", "clientExtensionResults": {},
            "response": {"clientDataJSON": "eyJ0eXBlIjoi…", "attestationObject": "o2NmbXRk…", "transports": ["internal"]}
        }
    }
    """)]
public sealed record AddPasskeyRequest : IBindableFromHttpContext<AddPasskeyRequest>
{
    /// <summary>The challenge_id that came with the options.</summary>
    public required Secret ChallengeId { get; init; }

    /// <summary>The credential, as PublicKeyCredential.toJSON() returns it.</summary>
    [Credential]
    public required JsonElement Credential { get; init; }

    /// <summary>The name of the passkey, at most 120 characters, or null.</summary>
    [ValidShortText(Passkey.NameMaxLength)]
    public string? Name { get; init; }

    public static ValueTask<AddPasskeyRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<AddPasskeyRequest>(context);
}
