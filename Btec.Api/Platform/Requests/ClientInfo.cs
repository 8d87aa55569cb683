using System.Net;
using System.Text;
using System.Text.Unicode;
using Btec.Data.Audit;
using Btec.Data.Model;

namespace Btec.Api.Platform.Requests;

/// <summary>The client that sent a request.</summary>
/// <param name="UserAgent">The User-Agent header without invisible characters, cut to the length that is stored.</param>
/// <param name="Address">The client's address, behind the trusted proxies.</param>
internal sealed record ClientInfo(string? UserAgent, string? Address) : AuditOrigin(UserAgent, Address)
{
    public static ValueTask<ClientInfo?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult<ClientInfo?>(new ClientInfo(
            Cut(RequestText.Clean(Decode(context.Request.Headers.UserAgent.ToString()))), Format(context.Connection.RemoteIpAddress)));
    }

    /// <summary>Reads a header as UTF-8 if it is that, and otherwise as Latin-1, as which the server has decoded it: a client may
    /// send either (RFC 9110 section 5.5).</summary>
    private static string Decode(string header)
    {
        if (Ascii.IsValid(header))
            return header;

        var bytes = Encoding.Latin1.GetBytes(header);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : header;
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
