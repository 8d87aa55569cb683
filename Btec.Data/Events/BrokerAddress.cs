using System.Text;
using Btec.Data.Keys;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Btec.Data.Events;

/// <summary>The address of the RabbitMQ that events are published to.</summary>
/// <param name="Host">The name or the IP address.</param>
/// <param name="Port">The port.</param>
/// <param name="UsesTls"><see langword="true"/> if the connection is encrypted.</param>
/// <param name="UserName">The name of the user.</param>
/// <param name="Password">The password.</param>
/// <param name="VirtualHost">The virtual host.</param>
public sealed record BrokerAddress(string Host, int Port, bool UsesTls, string UserName, Secret Password, string VirtualHost)
{
    private const string Name = "rabbitmq";

    private const string Setting = $"ConnectionStrings:{Name}";

    /// <summary>The ports of AMQP (IANA service names <c>amqp</c> and <c>amqps</c>).</summary>
    private const int DefaultPort = 5672;
    private const int DefaultTlsPort = 5671;

    /// <summary>The user that RabbitMQ has when it is installed. It refuses this user from other machines.</summary>
    private const string DefaultUser = "guest";
    private const string DefaultVirtualHost = "/";

    /// <summary>The longest name of a virtual host, in bytes: a short string (AMQP 0-9-1 section 4.2.5.3).</summary>
    private const int VirtualHostMaxBytes = 255;

    /// <summary>Reads the setting, which is <c>amqp://user:password@host:port/vhost</c> (rabbitmq.com, "RabbitMQ URI Specification").
    /// Returns <see langword="null"/> if it is not set.</summary>
    /// <exception cref="OptionsValidationException">The setting has another form.</exception>
    public static BrokerAddress? Find(IConfiguration configuration) =>
        configuration.GetConnectionString(Name)?.Trim() is { Length: > 0 } text ? Read(text) : null;

    private static BrokerAddress Read(string text)
    {
        // A port that is no number, or too large, makes no URL.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("amqp" or "amqps") || url.Host.Length == 0
            || url.Fragment.Length > 0 || url.Port == 0)
        {
            throw Refuse(
                "must be amqp://USER:PASSWORD@HOST:PORT/VHOST, or amqps:// for TLS. Percent-encode special characters of the password: "
                + "%23 for #, %2F for /, %3F for ?, %40 for @.");
        }

        if (url.Query.Length > 0)
            throw Refuse("must not have parameters after a ?. Use amqps:// for TLS.");

        var (user, password) = ReadCredentials(url.UserInfo);
        var usesTls = url.Scheme == "amqps";
        var port = url.IsDefaultPort ? usesTls ? DefaultTlsPort : DefaultPort : url.Port;
        return new BrokerAddress(url.IdnHost.Trim('[', ']'), port, usesTls, user, password, ReadVirtualHost(url.AbsolutePath));
    }

    private static (string User, Secret Password) ReadCredentials(string text)
    {
        if (text.Length == 0)
            return (DefaultUser, new Secret(DefaultUser));

        return text.Split(':', 2) is [{ Length: > 0 } user, { Length: > 0 } password]
            ? (Uri.UnescapeDataString(user), new Secret(Uri.UnescapeDataString(password)))
            : throw Refuse("must have a user and a password, or neither.");
    }

    private static string ReadVirtualHost(string path)
    {
        var name = path.TrimStart('/');
        if (name.Contains('/', StringComparison.Ordinal) || path.StartsWith("//", StringComparison.Ordinal))
            throw Refuse("must have one virtual host after the port. Write %2F for a / in its name.");

        name = Uri.UnescapeDataString(name);
        return Encoding.UTF8.GetByteCount(name) <= VirtualHostMaxBytes
            ? name.Length > 0 ? name : DefaultVirtualHost
            : throw Refuse("has a virtual host whose name is longer than 255 bytes.");
    }

    private static OptionsValidationException Refuse(string fault) => new(Setting, typeof(BrokerAddress), [$"{Setting} {fault}"]);
}
