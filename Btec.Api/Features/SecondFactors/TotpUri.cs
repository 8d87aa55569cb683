using Btec.Api.Platform.Http;
using Btec.Data.Keys;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The URIs from which authenticator applications take a secret, mostly as a QR code (Key Uri Format of Google
/// Authenticator).</summary>
internal sealed class TotpUri(IOptions<PublicAddressOptions> address, IOptions<JwtOptions> jwt)
{
    /// <summary>Returns the URI of a secret.</summary>
    /// <param name="email">The name under which the application shows the account.</param>
    /// <param name="secret">The secret in base32.</param>
    public Secret Write(string email, Secret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var issuer = Uri.EscapeDataString(FindIssuer());
        return new Secret(
            $"otpauth://totp/{issuer}:{Uri.EscapeDataString(email)}?secret={secret.Reveal()}&issuer={issuer}"
            + $"&algorithm=SHA1&digits={Totp.Digits}&period={Totp.StepSeconds}");
    }

    /// <summary>Returns the name of the system: the host of <c>PublicUrl</c>, or else <c>Jwt:Issuer</c>. A colon ends the issuer, even
    /// if it is escaped.</summary>
    private string FindIssuer() =>
        (address.Value.PublicUrl is { } url ? new Uri(url).Host : jwt.Value.Issuer!).Replace(':', ' ').Trim();
}
