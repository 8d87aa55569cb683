using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Btec.Tests.Infrastructure;

/// <summary>A Redis of one test, out of the program that is installed on this machine. It keeps nothing.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly int _port = InstalledPostgres.FindFreePort();
    private Process? _process;

    public string Address => $"127.0.0.1:{_port}";

    /// <summary>Starts one, or ends the calling test (with <c>BTEC_TEST_ALL=1</c>: fails it) where the program is missing.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it on the port it had.</summary>
    public async Task StartAgainAsync()
    {
        try
        {
            var start = new ProcessStartInfo("redis-server", ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Path.GetTempPath(),
            };
            _process = Process.Start(start)!;
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            TestDatabase.SkipOrFail($"redis-server: {exception.Message}");
        }

        await Eventually.IsTrueAsync(AnswersAsync, "Redis answers");
    }

    /// <summary>Ends it without a word, as a lost machine does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Stops it from answering, while its connections stay, or lets it go on.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;

        if (!_process.HasExited)
            _process.Kill();

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
