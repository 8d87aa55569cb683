using System.Net;
using Btec.Data.Audit;
using Btec.Data.Model;

namespace Btec.Api.Platform.Requests;

/// <summary>The client that sent a request.</summary>
/// <param name="UserAgent">The User-Agent header, cut to the length that is stored.</param>
/// <param name="Address">The client's address, behind the trusted proxies.</param>
internal sealed record ClientInfo(string? UserAgent, string? Address) : AuditOrigin(UserAgent, Address)
{
    public static ValueTask<ClientInfo?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult<ClientInfo?>(new ClientInfo(
            Cut(context.Request.Headers.UserAgent.ToString()), Format(context.Connection.RemoteIpAddress)));
    }

    private static string? Cut(string userAgent)
    {
        if (userAgent.Length <= Session.UserAgentMaxLength)
            return userAgent.Length == 0 ? null : userAgent;

        // Half of a surrogate pair is not valid text, and the databases refuse it.
        var length = char.IsHighSurrogate(userAgent[Session.UserAgentMaxLength - 1])
            ? Session.UserAgentMaxLength - 1
            : Session.UserAgentMaxLength;
        return userAgent[..length];
    }

    private static string? Format(IPAddress? address)
    {
        if (address is null)
            return null;

        // The zone of a link-local address has a meaning on this host only, so it is removed.
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes())).ToString();
    }
}
