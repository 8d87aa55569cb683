namespace Btec.Api.Features.Passkeys;

/// <summary>The settings under <c>Passkeys</c>. What they leave out follows from <c>PublicUrl</c>; see <see cref="RelyingParty"/>.</summary>
internal sealed class PasskeyOptions
{
    public const string SectionName = "Passkeys";

    /// <summary>The domain that passkeys belong to, such as example.com. Passkeys of one domain do not work for another, so it must not
    /// change.</summary>
    public string? RelyingPartyId { get; set => field = string.IsNullOrWhiteSpace(value) ? null : value; }

    /// <summary>The name of the system that authenticators show.</summary>
    public string? RelyingPartyName { get; set => field = string.IsNullOrWhiteSpace(value) ? null : value; }

    /// <summary>The origins of the pages and applications that may use passkeys.</summary>
    public IList<string> Origins { get; } = [];
}
