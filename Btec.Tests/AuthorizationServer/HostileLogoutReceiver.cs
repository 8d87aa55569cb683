using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Btec.Tests.AuthorizationServer;

/// <summary>A client that answers logout tokens by other means than HTTP foresees.</summary>
internal sealed class HostileLogoutReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _accepting;
    private int _connections;

    private HostileLogoutReceiver(Func<NetworkStream, CancellationToken, Task> answer)
    {
        _listener.Start();
        _accepting = AcceptAsync(answer);
    }

    public string Address => $"http://{_listener.LocalEndpoint}/logout";

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Starts a client that never answers.</summary>
    public static HostileLogoutReceiver Hanging() => new((_, cancel) => Task.Delay(Timeout.Infinite, cancel));

    /// <summary>Starts a client that accepts the token and then answers without an end.</summary>
    public static HostileLogoutReceiver Endless() =>
        new((stream, cancel) => RepeatAsync(stream, "HTTP/1.1 200 OK\r\n\r\n", new string('a', 10_000), cancel));

    /// <summary>Starts a client whose answer has headers without an end.</summary>
    public static HostileLogoutReceiver EndlessHeaders() =>
        new((stream, cancel) => RepeatAsync(stream, "HTTP/1.1 200 OK\r\n", $"X-More: {new string('a', 1_000)}\r\n", cancel));

    /// <summary>Starts a client that resets the connection.</summary>
    public static HostileLogoutReceiver Resetting() => new((stream, _) =>
    {
        stream.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        stream.Socket.Close();
        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stopped.Dispose();
    }

    private static async Task RepeatAsync(NetworkStream stream, string start, string again, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(start), cancellationToken);
        while (true)
            await stream.WriteAsync(Encoding.ASCII.GetBytes(again), cancellationToken);
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> answer)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stopped.Token), answer));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(TcpClient connection, Func<NetworkStream, CancellationToken, Task> answer)
    {
        using (connection)
        {
            Interlocked.Increment(ref _connections);
            try
            {
                await using var stream = connection.GetStream();
                await stream.ReadExactlyAsync(new byte[1], _stopped.Token);
                await answer(stream, _stopped.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The sender has gone, or the test is over.
            }
        }
    }
}
