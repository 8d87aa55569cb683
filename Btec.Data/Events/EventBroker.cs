using Btec.Data.Keys;
using Microsoft.Extensions.Configuration;

namespace Btec.Data.Events;

/// <summary>The broker that events are published to.</summary>
/// <param name="Source">The <c>source</c> of the events (CloudEvents 1.0.2, section "source"): the issuer of this system.</param>
public sealed record EventBroker(string Source)
{
    /// <summary>Reads the issuer, which a worker that only migrates has no options for.</summary>
    internal static EventBroker Of(IConfiguration configuration)
    {
        var options = new JwtOptions { Issuer = configuration[$"{JwtOptions.SectionName}:{nameof(JwtOptions.Issuer)}"] };
        options.SetDefaultIssuer(configuration["PublicUrl"]);
        // A source is a URI reference, and an issuer may be any text.
        return new EventBroker(Uri.IsWellFormedUriString(options.Issuer, UriKind.RelativeOrAbsolute)
            ? options.Issuer!
            : Uri.EscapeDataString(options.Issuer!));
    }
}
