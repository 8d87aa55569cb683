using System.Reflection;
using System.Text.Json;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.Passkeys;

/// <summary>The use of a passkey.</summary>
[JsonExample("""
    {
        "challenge_id": "Jx1wS0b7cQ2mY9tK4vR6nD8pL3fH5gZaXeUoIiBqTyE",
        "credential": {
            "id": "kq3n1v8bT5m0", "rawId": "kq3n1v8bT5m0", "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": "eyJ0eXBlIjoi…", "authenticatorData": "o3mm9u6v…", "signature": "MEUCIQDx…", "userHandle": "UTNoY0w4…"
            }
        }
    }
    """)]
public sealed record UsePasskeyRequest : IBindableFromHttpContext<UsePasskeyRequest>
{
    /// <summary>The challenge_id that came with the options.</summary>
    public required Secret ChallengeId { get; init; }

    /// <summary>The credential, as PublicKeyCredential.toJSON() returns it.</summary>
    [Credential]
    public required JsonElement Credential { get; init; }

    public static ValueTask<UsePasskeyRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<UsePasskeyRequest>(context);
}
