using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Btec.Tests.Infrastructure;

/// <summary>A TCP port in front of a real server or of none, which a test can open late or close early.</summary>
public sealed class TcpForwarder : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly TcpListener _listener;
    private readonly Func<NetworkStream, CancellationToken, Task> _serve;
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    private TcpForwarder(int port, Func<NetworkStream, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Forwards all traffic to a server.</summary>
    public static TcpForwarder To(string host, int serverPort, int port = 0) => new(port, async (client, closing) =>
    {
        using var server = new TcpClient();
        await server.ConnectAsync(host, serverPort, closing);
        await Task.WhenAny(client.CopyToAsync(server.GetStream(), closing), server.GetStream().CopyToAsync(client, closing));
    });

    /// <summary>Serves each connection by a function.</summary>
    internal static TcpForwarder Serve(Func<NetworkStream, CancellationToken, Task> serve) => new(0, serve);

    /// <summary>Accepts connections and never answers, like a server that hangs or a firewall that drops packets.</summary>
    public static TcpForwarder ToNothing() => new(0, (_, closing) => Task.Delay(Timeout.InfiniteTimeSpan, closing));

    /// <summary>Accepts connections and resets them, like a proxy whose server is down.</summary>
    public static TcpForwarder ToHangUp() => new(0, (client, _) =>
    {
        client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        return Task.CompletedTask;
    });

    /// <summary>Forwards the log-in of unencrypted PostgreSQL clients, and no statement.</summary>
    public static TcpForwarder ToPostgresThatHangs(string host, int serverPort) => new(0, async (client, closing) =>
    {
        using var server = new TcpClient();
        await server.ConnectAsync(host, serverPort, closing);
        var answers = server.GetStream().CopyToAsync(client, closing);
        var message = await PostgresMessage.ReadFirstAsync(client, closing);
        do
        {
            await server.GetStream().WriteAsync(message, closing);
            message = await PostgresMessage.ReadAsync(client, closing);
        }
        while (message[0] == 'p');

        await answers;
    });

    /// <summary>Answers each start-up message with a PostgreSQL error (ErrorResponse in section 54.7 of its manual).</summary>
    public static TcpForwarder ToPostgresError(string sqlState, string message) => ToPostgresError(() => (sqlState, message));

    /// <inheritdoc cref="ToPostgresError(string, string)"/>
    public static TcpForwarder ToPostgresError(Func<(string SqlState, string Message)> next) => new(0, async (client, closing) =>
    {
        var length = new byte[4];
        while (true)
        {
            await client.ReadExactlyAsync(length, closing);
            var body = new byte[(IPAddress.NetworkToHostOrder(BitConverter.ToInt32(length)) - length.Length)];
            await client.ReadExactlyAsync(body, closing);
            // An encryption request consists of a length and a code; start-up messages are longer.
            if (body.Length > 4)
                break;

            await client.WriteAsync("N"u8.ToArray(), closing);
        }

        var (sqlState, message) = next();
        var fields = System.Text.Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C{sqlState}\0M{message}\0\0");
        byte[] answer = [(byte)'E', .. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(fields.Length + length.Length)), .. fields];
        await client.WriteAsync(answer, closing);
    });

    /// <summary>Accepts the encryption request of PostgreSQL clients, and shows a certificate.</summary>
    public static TcpForwarder ToTls(X509Certificate2 certificate) => new(0, async (client, closing) =>
    {
        await client.ReadExactlyAsync(new byte[8], closing);
        await client.WriteAsync("S"u8.ToArray(), closing);
        await using var encrypted = new SslStream(client, leaveInnerStreamOpen: true);
        try
        {
            await encrypted.AuthenticateAsServerAsync(certificate);
            await encrypted.ReadExactlyAsync(new byte[1], closing);
        }
        catch (AuthenticationException)
        {
            // The client has refused the certificate.
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        // First the loop and then the listener, which must not be asked for connections once it has stopped.
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Closed by the test.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await _serve(client.GetStream(), _closing.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
            {
                // One side hung up.
            }
        }
    }
}
