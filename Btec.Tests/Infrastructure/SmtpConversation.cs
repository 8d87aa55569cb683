using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MimeKit;

namespace Btec.Tests.Infrastructure;

/// <summary>One connection to an <see cref="SmtpInbox"/>.</summary>
internal sealed class SmtpConversation(SmtpInbox inbox, Stream connection, X509Certificate2? certificate, Action<ReceivedMail> accept)
{
    private readonly List<byte> _line = [];
    private readonly byte[] _buffer = new byte[8192];
    private Stream _stream = connection;
    private int _read;
    private int _filled;
    private string _greeting = "";
    private string _sender = "";
    private string _recipient = "";
    private string? _account;

    private bool IsEncrypted => _stream is SslStream;

    public async Task RunAsync(bool tlsFromTheStart, CancellationToken closing)
    {
        if (tlsFromTheStart)
            await EncryptAsync(closing);

        if (!await AnswerAsync("CONNECT", "220 inbox.test ESMTP", closing))
            return;

        while (await ReadLineAsync(closing) is { } bytes)
        {
            var line = Encoding.UTF8.GetString(bytes);
            var command = line.Split(' ', 2)[0].ToUpperInvariant();
            if (!await HandleAsync(command, line, closing) || command == "QUIT")
                return;
        }
    }

    /// <summary>Answers one command. Returns <see langword="false"/> to close the connection.</summary>
    private async Task<bool> HandleAsync(string command, string line, CancellationToken closing)
    {
        switch (command)
        {
            case "EHLO" or "HELO":
                _greeting = line[command.Length..].Trim();
                return await AnswerAsync(command, Greet(), closing);
            case "STARTTLS" when certificate is not null && !IsEncrypted:
                if (!await AnswerAsync(command, "220 2.0.0 go ahead", closing))
                    return false;

                await EncryptAsync(closing);
                return true;
            case "AUTH":
                return await AnswerAsync(command, LogIn(line), closing);
            case "MAIL" when inbox.Account is not null && _account is null:
                return await AnswerAsync(command, "530 5.7.0 authentication required", closing);
            case "MAIL":
                _sender = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
                return await AnswerAsync(command, "250 2.1.0 ok", closing);
            case "RCPT":
                _recipient = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.LastIndexOf('>')];
                return await AnswerAsync(command, "250 2.1.5 ok", closing);
            case "DATA":
                return await inbox.Script(command, closing) is { } refusal
                    ? await WriteAsync(refusal, closing)
                    : await WriteAsync("354 go ahead", closing) && await ReceiveAsync(closing);
            case "QUIT":
                return await AnswerAsync(command, "221 2.0.0 bye", closing);
            default:
                return await AnswerAsync(command, "250 2.0.0 ok", closing);
        }
    }

    private async Task<bool> ReceiveAsync(CancellationToken closing)
    {
        using var content = new MemoryStream();
        while (await ReadLineAsync(closing) is { } line)
        {
            if (line is [(byte)'.'])
                break;

            // The client doubles a leading dot (RFC 5321 section 4.5.2).
            content.Write(line is [(byte)'.', ..] ? line.AsSpan(1) : line);
            content.Write("\r\n"u8);
        }

        if (await inbox.Script("CONTENT", closing) is { } refusal)
            return await WriteAsync(refusal, closing);

        content.Position = 0;
        var message = await MimeMessage.LoadAsync(content, closing);
        accept(new ReceivedMail(message, content.ToArray(), _sender, _recipient, IsEncrypted, _account, _greeting));
        return await AnswerAsync("ACCEPTED", "250 2.0.0 kept", closing);
    }

    private string Greet()
    {
        var lines = new List<string> { "inbox.test", "8BITMIME", "ENHANCEDSTATUSCODES" };
        if (inbox.SpeaksUtf8)
            lines.Add("SMTPUTF8");

        if (certificate is not null && !IsEncrypted)
            lines.Add("STARTTLS");

        if (inbox.Account is not null)
            lines.Add("AUTH PLAIN");

        return string.Join("\r\n", lines.Select((line, index) => $"250{(index == lines.Count - 1 ? ' ' : '-')}{line}"));
    }

    /// <summary>Checks the credentials of AUTH PLAIN: authorization identity, name and password, separated by NUL (RFC
    /// 4616).</summary>
    private string LogIn(string line)
    {
        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[^1])).Split('\0');
        if (inbox.Account is not { } account || (parts[1], parts[2]) != account)
            return "535 5.7.8 wrong name or password";

        _account = parts[1];
        return "235 2.7.0 ok";
    }

    private async Task<bool> AnswerAsync(string command, string usual, CancellationToken closing) =>
        await WriteAsync(await inbox.Script(command, closing) ?? usual, closing);

    private async Task<bool> WriteAsync(string answer, CancellationToken closing)
    {
        if (answer.Length == 0)
            return false;

        await _stream.WriteAsync(Encoding.UTF8.GetBytes($"{answer}\r\n"), closing);
        return true;
    }

    private async Task EncryptAsync(CancellationToken closing)
    {
        var encrypted = new SslStream(_stream);
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, closing);
        // Discards everything received in clear text (RFC 3207 section 4.2).
        (_stream, _read, _filled) = (encrypted, 0, 0);
    }

    private async Task<byte[]?> ReadLineAsync(CancellationToken closing)
    {
        _line.Clear();
        while (true)
        {
            if (_read == _filled)
            {
                (_read, _filled) = (0, await _stream.ReadAsync(_buffer, closing));
                if (_filled == 0)
                    return null;
            }

            var next = _buffer[_read++];
            if (next == '\n' && _line.Count > 0 && _line[^1] == '\r')
                return [.. _line.Take(_line.Count - 1)];

            _line.Add(next);
        }
    }
}
