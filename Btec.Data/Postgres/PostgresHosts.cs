using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The host or hosts of a connection setting. Each is a name, an IP address or the folder of a Unix socket, and may have
/// a port.</summary>
internal static class PostgresHosts
{
    private const string BadHost = "has a host that is neither a name nor an IP address.";

    /// <summary>The ends of names that are only resolved within a private network: of a cluster, of a platform or of a home (RFC
    /// 6761, RFC 6762, RFC 8375, and the ICANN decision on <c>internal</c> of 2024).</summary>
    private static readonly string[] PrivateSuffixes = [".localhost", ".local", ".internal", ".home.arpa", ".svc", ".flycast"];

    /// <summary>Sets host and port from libpq's list of hosts and its list of ports, which has one port for all or one for
    /// each.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A host or a port cannot be used.</exception>
    public static void Apply(NpgsqlConnectionStringBuilder postgres, string hosts, string? ports, string setting)
    {
        var names = hosts.Split(',', StringSplitOptions.TrimEntries);
        var numbers = string.IsNullOrWhiteSpace(ports) ? [] : ports.Split(',', StringSplitOptions.TrimEntries);
        if (numbers.Length > 1 && numbers.Length != names.Length)
            throw ConnectionRefusal.Of(setting, "has a list of ports whose length is not that of the list of hosts.");

        var all = names.Select((name, index) =>
            Read(name, numbers.Length == 0 ? null : numbers[numbers.Length == 1 ? 0 : index], setting)).ToList();
        if (all is [var only])
        {
            postgres.Host = only.Name;
            if (only.Port is { } port)
                postgres.Port = port;

            return;
        }

        // With several hosts, Npgsql reads the ports from this list.
        postgres.Host = string.Join(',', all.Select(host => Show(host.Name, host.Port)));
    }

    /// <summary>Returns the hosts without their ports.</summary>
    public static IEnumerable<string> Split(string hosts) => hosts.Split(',').Select(host => SplitPort(host).Name.Trim('[', ']'));

    /// <summary>Returns whether a host is this machine or in a private network, where TLS is not required.</summary>
    public static bool IsNearby(string host) =>
        IsSocket(host)
        || (IPAddress.TryParse(host, out var address)
            ? PrivateAddress.Contains(address)
            : !host.Contains('.', StringComparison.Ordinal)
                || Array.Exists(PrivateSuffixes, suffix => host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                || host.Contains(".svc.", StringComparison.OrdinalIgnoreCase));

    private static (string Name, int? Port) Read(string host, string? port, string setting)
    {
        var (name, ownPort) = IsSocket(host) ? (host, null) : SplitPort(host);
        port = string.IsNullOrEmpty(ownPort) ? port : ownPort;
        if (!IsSocket(name))
            name = ToAscii(name, setting);

        if (string.IsNullOrEmpty(port))
            return (name, null);

        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? (name, number)
            : throw ConnectionRefusal.Of(setting, "has a port that is not a number from 1 to 65,535.");
    }

    private static bool IsSocket(string host) => host.StartsWith('/') || host.StartsWith('@');

    private static string Show(string name, int? port)
    {
        var bracketed = name.Contains(':', StringComparison.Ordinal) ? $"[{name}]" : name;
        return port is null ? bracketed : string.Create(CultureInfo.InvariantCulture, $"{bracketed}:{port}");
    }

    /// <summary>Splits <c>name:port</c> or <c>[address]:port</c>. An IPv6 address without brackets has no port.</summary>
    private static (string Name, string? Port) SplitPort(string host)
    {
        var end = host.StartsWith('[') ? host.IndexOf(']', StringComparison.Ordinal) : -1;
        if (end > 0)
            return (host[..(end + 1)], host.Length > end + 1 && host[end + 1] == ':' ? host[(end + 2)..] : null);

        return host.Split(':') is [var name, var port] ? (name, port) : (host, null);
    }

    private static string ToAscii(string name, string setting)
    {
        var address = name.Trim('[', ']');
        if (address.Contains(':', StringComparison.Ordinal))
        {
            return IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetworkV6
                ? address
                : throw ConnectionRefusal.Of(setting, BadHost);
        }

        try
        {
            var ascii = new IdnMapping().GetAscii(name);
            if (Uri.CheckHostName(ascii) != UriHostNameType.Unknown)
                return ascii;
        }
        catch (ArgumentException)
        {
            // Refused below.
        }

        throw ConnectionRefusal.Of(setting, name.Length == 0 ? "has no host." : BadHost);
    }
}
