using System.Net.Sockets;
using Npgsql;

namespace Btec.Tests.Infrastructure;

/// <summary>A forwarder in front of PostgreSQL that interrupts transactions: the first that begins at its first statement, the second at
/// its second, and so on.</summary>
internal sealed class InterruptedTransactions : IAsyncDisposable
{
    private readonly TcpForwarder _forwarder;
    private readonly string _host;
    private readonly int _port;
    private Interruption _interruption;
    private int _planned;
    private int _begun;
    private int _interrupted;
    private int _openedAfterwards;
    private TaskCompletionSource _allHaveBegun = new();

    public InterruptedTransactions(TestDatabase database)
    {
        // Without encryption, the first message of a connection says whether it cancels a statement.
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString) { SslMode = SslMode.Disable };
        (_host, _port) = (address.Host!, address.Port);
        _forwarder = TcpForwarder.Serve(ServeAsync);
        (address.Host, address.Port) = ("127.0.0.1", _forwarder.Port);
        ConnectionString = address.ToString();
    }

    public enum Interruption
    {
        /// <summary>The connection is reset, and the statement does not reach the server.</summary>
        Reset,

        /// <summary>Nothing is answered any more, on this connection or on any that is opened once all transactions hang.</summary>
        Hang,
    }

    public string ConnectionString { get; }

    /// <summary>The number of statements of the transaction that ended last, with its commit.</summary>
    public int Statements { get; private set; }

    /// <summary>The number of transactions that were interrupted.</summary>
    public int Interrupted => _interrupted;

    /// <summary>The number of connections that were opened after all transactions hung, except for those that cancel a statement.</summary>
    public int OpenedAfterwards => _openedAfterwards;

    /// <summary>Interrupts as many of the following transactions, once all have begun: a repeated one is not interrupted again.</summary>
    public void Interrupt(int transactions, Interruption interruption)
    {
        (_interruption, _interrupted, _openedAfterwards) = (interruption, 0, 0);
        _allHaveBegun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _begun, 0);
        Volatile.Write(ref _planned, transactions);
    }

    public ValueTask DisposeAsync() => _forwarder.DisposeAsync();

    private async Task ServeAsync(NetworkStream client, CancellationToken closing)
    {
        var start = await PostgresMessage.ReadFirstAsync(client, closing);
        if (_planned > 0 && _interruption == Interruption.Hang && Volatile.Read(ref _interrupted) == _planned)
        {
            if (!PostgresMessage.IsCancelRequest(start))
                Interlocked.Increment(ref _openedAfterwards);

            await WaitForCloseAsync(client, closing);
            return;
        }

        using var server = new TcpClient();
        await server.ConnectAsync(_host, _port, closing);
        await server.GetStream().WriteAsync(start, closing);
        await Task.WhenAny(server.GetStream().CopyToAsync(client, closing), ForwardAsync(client, server.GetStream(), closing));
    }

    /// <summary>Forwards the messages of a client, a statement at a time, until it is to be interrupted.</summary>
    private async Task ForwardAsync(NetworkStream client, NetworkStream server, CancellationToken closing)
    {
        var (count, interruptAt) = (0, 0);
        using var pending = new MemoryStream();
        while (true)
        {
            var message = await PostgresMessage.ReadAsync(client, closing);
            pending.Write(message);
            // A statement ends with Query or Sync. The others are answered with it.
            if (message[0] is not ((byte)'Q' or (byte)'S' or (byte)'p' or (byte)'X'))
                continue;

            if (PostgresMessage.IsQuery(message, "BEGIN"u8))
            {
                // Npgsql sends it together with the first statement.
                (count, interruptAt) = (0, await BeginAsync(closing));
                continue;
            }

            if (++count == interruptAt)
            {
                await InterruptAsync(client, closing);
                return;
            }

            if (PostgresMessage.IsQuery(message, "COMMIT"u8))
                Statements = count;

            await server.WriteAsync(pending.ToArray(), closing);
            pending.SetLength(0);
        }
    }

    /// <summary>Returns the number of the statement at which a transaction is to be interrupted, or 0.</summary>
    private async Task<int> BeginAsync(CancellationToken closing)
    {
        var (begun, planned) = (Interlocked.Increment(ref _begun), Volatile.Read(ref _planned));
        if (begun == planned)
            _allHaveBegun.SetResult();

        if (begun > planned)
            return 0;

        await _allHaveBegun.Task.WaitAsync(closing);
        return begun;
    }

    private async Task InterruptAsync(NetworkStream client, CancellationToken closing)
    {
        Interlocked.Increment(ref _interrupted);
        if (_interruption == Interruption.Reset)
            client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        else
            await WaitForCloseAsync(client, closing);
    }

    private static async Task WaitForCloseAsync(NetworkStream client, CancellationToken closing)
    {
        while (await client.ReadAsync(new byte[16], closing) > 0)
        {
        }
    }
}
