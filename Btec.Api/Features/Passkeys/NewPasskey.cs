using System.Formats.Cbor;
using System.Text.RegularExpressions;
using Btec.Data.Model;
using Microsoft.AspNetCore.Identity;

namespace Btec.Api.Features.Passkeys;

/// <summary>A passkey that has been verified and is about to be added.</summary>
/// <param name="Verified">The passkey as the framework returns it.</param>
/// <param name="Aaguid">The AAGUID.</param>
internal sealed partial record NewPasskey(UserPasskeyInfo Verified, Guid Aaguid)
{
    /// <summary>The shortest credential id, in bytes (Web Authentication Level 3, section "Credential ID"). A shorter one could be that of
    /// another user, too.</summary>
    private const int CredentialIdMinLength = 16;

    /// <summary>Returns a passkey that the framework has verified, or <see langword="null"/> if its id or its key is too short.</summary>
    public static NewPasskey? From(UserPasskeyInfo verified)
    {
        ArgumentNullException.ThrowIfNull(verified);
        try
        {
            return verified.CredentialId.Length >= CredentialIdMinLength && PublicKeyStrength.IsEnough(verified.PublicKey)
                ? new NewPasskey(verified, AttestationObject.ReadAaguid(verified.AttestationObject))
                : null;
        }
        // The framework has read both, but it reads less of them.
        catch (Exception exception) when (exception is CborContentException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Returns the row of a user's passkey.</summary>
    public Passkey ToRow(int userId, string? name, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        UserId = userId,
        Name = name,
        CredentialId = Verified.CredentialId,
        PublicKey = Verified.PublicKey,
        Aaguid = Aaguid,
        Transports = Join(Verified.Transports),
        SignCount = Verified.SignCount,
        IsBackupEligible = Verified.IsBackupEligible,
        IsBackedUp = Verified.IsBackedUp,
        CreatedAt = now,
    };

    /// <summary>Joins the transports that have the form of one, as many as the column holds. Unknown ones are kept (Web Authentication
    /// Level 3, section "Authenticator Transport Enumeration").</summary>
    private static string Join(string[]? transports)
    {
        var joined = "";
        foreach (var transport in (transports ?? []).Where(word => word is not null && Transport().IsMatch(word)).Distinct(StringComparer.Ordinal))
        {
            if (joined.Length + 1 + transport.Length <= Passkey.TransportsMaxLength)
                joined = joined.Length == 0 ? transport : $"{joined} {transport}";
        }

        return joined;
    }

    [GeneratedRegex(@"\A[a-z-]{1,32}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Transport();
}
