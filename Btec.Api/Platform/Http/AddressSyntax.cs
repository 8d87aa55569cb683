using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>The strict syntax of the entries of <c>X-Forwarded-For</c>, checked before <see cref="TrustedProxies"/> evaluates them.
/// The parser of .NET takes <c>1.2.3</c> for 1.2.0.3, <c>010.0.0.1</c> for 8.0.0.1 and <c>1</c> for 0.0.0.1, so that one client
/// could appear under several addresses. Without trusted proxies nothing reads the header, and nothing is checked.</summary>
internal sealed class AddressSyntax(IOptions<ProxyOptions> proxy, IConfiguration configuration) : IStartupFilter
{
    /// <summary>The identifier of an address that is not known (RFC 7239 section 6.2), at which the framework stops.</summary>
    private const string Unknown = "unknown";

    /// <summary>The longest address with a port: <c>[</c>, 45 characters of IPv6 with embedded IPv4, <c>]:65535</c>.</summary>
    private const int MaxLength = 53;

    private static readonly SearchValues<char> Ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        if (proxy.Value.TrustedHops > 0 || configuration.GetValue<bool>(TrustedProxies.FrameworkSetting))
            app.Use(Check);

        next(app);
    };

    private static Task Check(HttpContext context, RequestDelegate next)
    {
        var header = ForwardedHeadersDefaults.XForwardedForHeaderName;
        var entries = context.Request.Headers.GetCommaSeparatedValues(header);
        if (!Array.TrueForAll(entries, IsAddress))
            context.Request.Headers[header] = string.Join(", ", entries.Select(entry => IsAddress(entry) ? entry : Unknown));

        return next(context);
    }

    /// <summary>Returns whether a text is an IPv4 or IPv6 address in its usual form, with or without a port, and without a zone,
    /// which has a meaning on another host only.</summary>
    private static bool IsAddress(string entry)
    {
        var text = entry.AsSpan().Trim();
        if (text.IsEmpty || text.Length > MaxLength)
            return false;

        if (text[0] == '[')
        {
            var end = text.IndexOf(']');
            return end > 0 && IsIpv6(text[1..end]) && IsPortOrNothing(text[(end + 1)..]);
        }

        var colon = text.IndexOf(':');
        return colon >= 0 && text[(colon + 1)..].Contains(':')
            ? IsIpv6(text)
            : IsIpv4(colon < 0 ? text : text[..colon]) && IsPortOrNothing(colon < 0 ? [] : text[colon..]);
    }

    private static bool IsIpv4(ReadOnlySpan<char> text)
    {
        var numbers = 0;
        foreach (var range in text.Split('.'))
        {
            var number = text[range];
            // A leading zero would mean octal.
            if (number.Length is 0 or > 3 || (number.Length > 1 && number[0] == '0')
                || !byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                return false;

            numbers++;
        }

        return numbers == 4;
    }

    private static bool IsIpv6(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAnyExcept(Ipv6Characters) >= 0)
            return false;

        var embedded = text.Contains('.') ? text[(text.LastIndexOf(':') + 1)..] : [];
        return (embedded.IsEmpty || IsIpv4(embedded))
            && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
    }

    private static bool IsPortOrNothing(ReadOnlySpan<char> text) =>
        text.IsEmpty
        || (text[0] == ':' && ushort.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _));
}
