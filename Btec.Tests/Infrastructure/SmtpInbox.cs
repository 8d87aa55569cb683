using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MimeKit;

namespace Btec.Tests.Infrastructure;

/// <summary>An SMTP server on the loopback interface (RFC 5321) that keeps accepted mails, and can be made slow, to refuse, to
/// hang up or to go away.</summary>
public sealed class SmtpInbox : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedMail> _accepted = new();
    private readonly ConcurrentDictionary<int, Task> _conversations = new();
    private readonly X509Certificate2? _certificate;
    private readonly bool _tlsFromTheStart;
    private CancellationTokenSource _closing = new();
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private bool _isClosed;
    private Task _accepting = Task.CompletedTask;
    private int _connections;

    private SmtpInbox(X509Certificate2? certificate, bool tlsFromTheStart) => (_certificate, _tlsFromTheStart) = (certificate, tlsFromTheStart);

    public int Port { get; } = FreePort.Find();

    /// <summary>The accepted mails, oldest first, including those whose acceptance never reached the client.</summary>
    public IReadOnlyList<ReceivedMail> Accepted => [.. _accepted];

    /// <summary>The number of connections so far.</summary>
    public int Connections => _connections;

    /// <summary>A callback before each reply, with the command (<c>CONNECT</c>, <c>EHLO</c>, …; <c>CONTENT</c> when a whole mail
    /// has arrived; <c>ACCEPTED</c> when it has been kept). It may wait, and may return another reply; an empty one hangs
    /// up.</summary>
    public Func<string, CancellationToken, Task<string?>> Script { get; set; } = (_, _) => Task.FromResult<string?>(null);

    /// <summary>The name and password that the server requires, or <see langword="null"/>.</summary>
    public (string Name, string Password)? Account { get; init; }

    /// <summary>Support for addresses beyond ASCII (RFC 6531).</summary>
    public bool SpeaksUtf8 { get; init; } = true;

    /// <param name="certificate">The certificate to offer STARTTLS with.</param>
    /// <param name="tlsFromTheStart"><see langword="true"/> for TLS from the first byte instead of STARTTLS.</param>
    public static SmtpInbox Start(
        X509Certificate2? certificate = null, bool tlsFromTheStart = false, (string Name, string Password)? account = null, bool speaksUtf8 = true)
    {
        var inbox = new SmtpInbox(certificate, tlsFromTheStart) { Account = account, SpeaksUtf8 = speaksUtf8 };
        inbox.Open();
        return inbox;
    }

    /// <summary>Returns the settings of an API that sends to this server.</summary>
    public IReadOnlyDictionary<string, string?> ToSettings(params (string Name, string? Value)[] others)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Mail:Host"] = "localhost",
            ["Mail:Port"] = $"{Port}",
            ["Mail:Security"] = "None",
            ["Mail:From"] = "BTEC <no-reply@example.com>",
            ["PublicUrl"] = "https://app.example.com",
        };
        foreach (var (name, value) in others)
            settings[name] = value;

        return settings;
    }

    /// <summary>Delays the reply to a command, forever unless a time is given.</summary>
    public void HoldAt(string command, out Task held, TimeSpan? time = null)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        held = reached.Task.WaitAsync(Eventually.Limit);
        Script = async (asked, closing) =>
        {
            if (asked != command)
                return null;

            reached.TrySetResult();
            await Task.Delay(time ?? Timeout.InfiniteTimeSpan, closing);
            return null;
        };
    }

    /// <summary>Waits until this many mails have been accepted.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> WaitForAsync(int count)
    {
        await Eventually.IsTrueAsync(() => Task.FromResult(_accepted.Count >= count), $"{count} mails have been accepted, not {_accepted.Count}");
        return Accepted;
    }

    /// <summary>Starts to listen, after <see cref="CloseAsync"/> on the same port.</summary>
    public void Open()
    {
        _isClosed = false;
        _closing = new CancellationTokenSource();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync(_listener, _closing.Token);
    }

    /// <summary>Cuts all connections and stops listening, as a killed server would. No other test gets the port.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _isClosed = true;
        await Task.WhenAll(_conversations.Values);
        _closing.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isClosed)
            await CloseAsync();
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken closing)
    {
        try
        {
            while (true)
            {
                var connection = await listener.AcceptTcpClientAsync(closing);
                var number = Interlocked.Increment(ref _connections);
                _conversations[number] = ServeAsync(connection, closing);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Closed by the test.
        }
    }

    private async Task ServeAsync(TcpClient connection, CancellationToken closing)
    {
        using (connection)
        {
            // The connections of a killed server are reset.
            await using var registration = closing.Register(() => connection.Client.Dispose());
            try
            {
                await new SmtpConversation(this, connection.GetStream(), _certificate, _accepted.Enqueue).RunAsync(_tlsFromTheStart, closing);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException
                or ObjectDisposedException or InvalidOperationException or System.Security.Authentication.AuthenticationException)
            {
                // One side hung up, or did not trust the other.
            }
        }
    }
}

/// <summary>A mail as the server received it.</summary>
/// <param name="Raw">The bytes of the message.</param>
/// <param name="Sender">The address of MAIL FROM, with its parameters.</param>
/// <param name="Recipient">The address of RCPT TO.</param>
/// <param name="IsEncrypted"><see langword="true"/> if the connection was encrypted.</param>
/// <param name="Account">The name the client had logged in with, if any.</param>
/// <param name="Greeting">The name that the client gave itself.</param>
public sealed record ReceivedMail(
    MimeMessage Message, byte[] Raw, string Sender, string Recipient, bool IsEncrypted, string? Account, string Greeting)
{
    public string Text => Message.TextBody!;

    public string Html => Message.HtmlBody!;
}
