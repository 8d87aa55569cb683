using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Passkeys;

/// <summary>The pages on which users manage their passkeys (W3C, A Well-Known URL for Passkey Endpoints).</summary>
[JsonExample("""{"enroll": "https://auth.example.com/passkeys", "manage": "https://auth.example.com/passkeys"}""")]
public sealed record PasskeyPagesResponse
{
    /// <summary>The URL of the page that adds a passkey.</summary>
    public required string Enroll { get; init; }

    /// <summary>The URL of the page that lists the passkeys.</summary>
    public required string Manage { get; init; }
}
