using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The secret of an authenticator application, which is shown once. It counts when a code of it has been confirmed.</summary>
[JsonExample("""
    {
        "id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69", "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "uri": "otpauth://totp/auth.example.com:ada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=auth.example.com&algorithm=SHA1&digits=6&period=30",
        "expires_at": "2026-01-31T09:40:00.000000Z"
    }
    """)]
public sealed record TotpResponse
{
    /// <summary>The id, with which it is confirmed and removed.</summary>
    public required Guid Id { get; init; }

    /// <summary>The secret of 160 bits in base32, to be typed in.</summary>
    public required Secret Secret { get; init; }

    /// <summary>The same as an otpauth URI, to be shown as a QR code.</summary>
    public required Secret Uri { get; init; }

    /// <summary>The time until which it can be confirmed.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    internal static TotpResponse From(NewTotp totp) =>
        new() { Id = totp.Id, Secret = totp.Secret, Uri = totp.Uri, ExpiresAt = totp.ExpiresAt };
}
