namespace Btec.Api.Platform.Http;

/// <summary>The settings under <c>Proxy</c>.</summary>
internal sealed class ProxyOptions
{
    public const string SectionName = "Proxy";

    /// <summary>The number of proxies in front of the API that append to <c>X-Forwarded-For</c>, from 0 to 10. The client's
    /// address is that many entries from the right. With 0, the header is ignored.</summary>
    public int TrustedHops { get; set; }

    /// <summary>Gets or sets a value indicating whether each of these proxies appends the path that it removes to
    /// <c>X-Forwarded-Prefix</c>. Otherwise the header is ignored, because it may come from the client.</summary>
    public bool ForwardedPrefix { get; set; }
}
