using System.Net;

namespace Btec.Api.Features.Webhooks;

/// <summary>The resolution of the names of receivers.</summary>
internal class HostNames
{
    public virtual Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        Dns.GetHostAddressesAsync(host, cancellationToken);
}
