using System.Security.Cryptography;
using System.Text;
using Btec.Data.Model;
using Microsoft.AspNetCore.Identity;

namespace Btec.Api.Features.Passkeys;

/// <summary>A user as the framework's verification of passkeys sees one.</summary>
/// <param name="Handle">The user handle.</param>
/// <param name="Passkeys">The passkeys.</param>
internal sealed record PasskeyOwner(string Handle, IReadOnlyList<UserPasskeyInfo> Passkeys)
{
    /// <summary>The length of a user handle, in bytes; at most 64 (Web Authentication Level 3, section "User Handle").</summary>
    private const int HandleLength = 32;

    /// <summary>The alphabet of handles. The framework treats a handle as UTF-8, which other random bytes are not.</summary>
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <summary>Creates a random handle: 32 bytes with 6 random bits each.</summary>
    public static byte[] CreateHandle() => Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString(Alphabet, HandleLength));

    /// <summary>Returns a user with some passkeys.</summary>
    public static PasskeyOwner Of(byte[] handle, params IEnumerable<Passkey> passkeys) =>
        new(Encoding.UTF8.GetString(handle), [.. passkeys.Select(ToInfo)]);

    private static UserPasskeyInfo ToInfo(Passkey passkey) => new(
        passkey.CredentialId,
        passkey.PublicKey,
        passkey.CreatedAt,
        (uint)passkey.SignCount,
        passkey.Transports.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        isUserVerified: true,
        passkey.IsBackupEligible,
        passkey.IsBackedUp,
        attestationObject: [],
        clientDataJson: []);
}
