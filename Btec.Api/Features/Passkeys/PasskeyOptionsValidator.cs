using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Btec.Api.Platform.Http;
using Btec.Data.Accounts;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Passkeys;

/// <summary>Checks the settings under <c>Passkeys</c> when the process starts.</summary>
internal sealed class PasskeyOptionsValidator(IOptions<PublicAddressOptions> address, IHostEnvironment environment)
    : IValidateOptions<PasskeyOptions>
{
    /// <summary>The maximum length of the name, in code points: authenticators may cut names after 64 bytes (Web Authentication Level 3,
    /// section "String Truncation").</summary>
    private const int NameMaxLength = 64;

    public ValidateOptionsResult Validate(string? name, PasskeyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = FindFaults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> FindFaults(PasskeyOptions options)
    {
        if (options.RelyingPartyId is { } id && !RelyingParty.IsDomain(id))
        {
            yield return "Passkeys:RelyingPartyId must be a domain in lower case without scheme and port, such as example.com, or "
                + "localhost.";
        }

        for (var index = 0; index < options.Origins.Count; index++)
        {
            if (!IsOrigin(options.Origins[index]))
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"Passkeys:Origins must be https origins without a path, such as https://app.example.com, or http://localhost; number {index + 1} is not.");
            }
        }

        if (options.RelyingPartyName is { } shown && ShortText.FindFault(shown, NameMaxLength) is { } fault)
            yield return $"Passkeys:RelyingPartyName: {fault}";

        // Without an address, PublicUrl reports its own fault.
        if (address.Value.PublicUrl is { } url && !Uri.IsWellFormedUriString(url, UriKind.Absolute))
            yield break;

        foreach (var missing in FindMissing(options, RelyingParty.From(options, address.Value, environment)))
            yield return missing;
    }

    private static IEnumerable<string> FindMissing(PasskeyOptions options, RelyingParty party)
    {
        if (party.Id is null && (options.Origins.Count > 0 || options.RelyingPartyName is not null))
            yield return "Passkeys:RelyingPartyId must be set, because it does not follow from PublicUrl.";

        if (party.Id is not null && party.Origins.Count == 0 && !party.TrustsLocalhost)
            yield return "Passkeys:Origins must be set, because PublicUrl is not under Passkeys:RelyingPartyId.";

        if (party.Id is not null && options.Origins.Count > 0 && options.Origins.All(IsOrigin)
            && party.RelatedOrigins.Count > 0 && !options.Origins.Any(origin => RelyingParty.IsOf(party.Id, origin)))
            yield return "Passkeys:Origins must have one whose host is Passkeys:RelyingPartyId or lies under it.";
    }

    private static bool IsOrigin(string origin) =>
        RelyingParty.IsSecure(origin)
        || (origin.StartsWith(RelyingParty.AndroidScheme, StringComparison.Ordinal)
            && Base64Url.IsValid(origin.AsSpan(RelyingParty.AndroidScheme.Length), out var length) && length == SHA256.HashSizeInBytes);
}
