using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Btec.Tests.Infrastructure;

/// <summary>A Redis server for one test, run from the program installed on this machine. It persists nothing.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly int _port = FreePort.Find();
    private Process? _process;

    public string Address => $"127.0.0.1:{_port}";

    /// <summary>Starts a server. If it is not installed, skips the calling test; <c>BTEC_TEST_ALL=1</c> fails it
    /// instead.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts the server again on the same port.</summary>
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

        await Eventually.IsTrueAsync(AnswersAsync, "Redis accepts connections");
    }

    /// <summary>Kills the server, as a lost machine would.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a signal: STOP makes the server hang with its connections open, CONT resumes it.</summary>
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
