using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.HighAvailability;

/// <summary>A Redis process of a group, with a folder of its own.</summary>
internal sealed class RedisNode : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-redis-");
    private readonly Process _process;

    private RedisNode(int port, IReadOnlyList<string> lines)
    {
        Port = port;
        var file = Path.Combine(_folder.FullName, "redis.conf");
        File.WriteAllLines(file, [string.Create(CultureInfo.InvariantCulture, $"port {Port}"), "bind 127.0.0.1", $"dir {_folder.FullName}", .. lines]);
        var isSentinel = lines.Any(line => line.StartsWith("sentinel ", StringComparison.Ordinal));
        var start = new ProcessStartInfo("redis-server", isSentinel ? [file, "--sentinel"] : [file])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _process.BeginOutputReadLine();
    }

    public int Port { get; }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Starts a process with lines of configuration, and waits until it listens. If Redis is not installed, skips the calling
    /// test.</summary>
    public static Task<RedisNode> StartAsync(params IReadOnlyList<string> lines) => StartAsync(FreePort.Find(), lines);

    /// <summary>Starts a process on a port.</summary>
    public static async Task<RedisNode> StartAsync(int port, params IReadOnlyList<string> lines)
    {
        try
        {
            var node = new RedisNode(port, lines);
            await Eventually.IsTrueAsync(node.ListensAsync, "Redis listens");
            return node;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            TestDatabase.SkipOrFail($"redis-server: {exception.Message}");
            throw;
        }
    }

    /// <summary>Kills the process, as a lost machine would.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<bool> ListensAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
