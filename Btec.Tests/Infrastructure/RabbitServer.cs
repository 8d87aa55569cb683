using System.Diagnostics;
using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Btec.Tests.Infrastructure;

/// <summary>A node of RabbitMQ for the tests of one collection, run from the program installed on this machine, with files, ports and a
/// port mapper (epmd) of its own.</summary>
public sealed class RabbitServer : IAsyncLifetime
{
    /// <summary>The folder of Debian's package. What the package puts in the path runs as the user of the system's own node.</summary>
    private const string PackageFolder = "/usr/lib/rabbitmq/bin";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-rabbitmq-");
    private readonly int _mapperPort = FreePort.Find();
    private readonly int _nodePort = FreePort.Find();
    private readonly int _tlsPort = FreePort.Find();
    private Process? _mapper;
    private Process? _node;

    public int Port { get; } = FreePort.Find();

    /// <summary>The connection string. Where RabbitMQ is not installed, reading it skips or fails the calling test.</summary>
    public string Address
    {
        get
        {
            if (_node is null)
                TestDatabase.SkipOrFail($"{PackageFolder}/rabbitmq-server is not installed.");

            return string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{Port}");
        }
    }

    /// <summary>The connection string over TLS, to clients that trust <see cref="AuthorityFile"/>.</summary>
    public string TlsAddress => string.Create(CultureInfo.InvariantCulture, $"amqps://guest:guest@localhost:{_tlsPort}");

    /// <summary>The file with the certificate of the authority.</summary>
    public string AuthorityFile => PathOf("authority.pem");

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Path.Combine(PackageFolder, "rabbitmq-server")))
            return;

        await File.WriteAllTextAsync(PathOf("enabled_plugins"), "[].\n");
        await File.WriteAllTextAsync(PathOf("rabbitmq-env.conf"), "");
        using (var authority = new TestAuthority())
            await authority.IssueFilesAsync("localhost", _folder.FullName);

        await File.WriteAllTextAsync(PathOf("rabbitmq.conf"), string.Create(
            CultureInfo.InvariantCulture,
            $"""
            disk_free_limit.absolute = 10MB
            log.console = false
            listeners.ssl.1 = 127.0.0.1:{_tlsPort}
            ssl_options.cacertfile = {AuthorityFile}
            ssl_options.certfile = {PathOf("server.pem")}
            ssl_options.keyfile = {PathOf("server.key")}

            """));
        // The node would leave one behind that runs for ever.
        _mapper = Start("epmd", "-port", _mapperPort.ToString(CultureInfo.InvariantCulture), "-address", "127.0.0.1");
        await StartAgainAsync();
    }

    /// <summary>Starts the node again, with what it has stored.</summary>
    public async Task StartAgainAsync()
    {
        _node?.Dispose();
        _node = Start(Path.Combine(PackageFolder, "rabbitmq-server"));
        await Eventually.IsTrueAsync(AnswersAsync, "RabbitMQ accepts connections");
    }

    /// <summary>Has the node write its queues and bindings to disk. By itself it does so some time after they were declared, and forgets
    /// those that are younger when it is killed.</summary>
    public Task StoreDeclarationsAsync() => ControlAsync("eval", "mnesia:sync_log().");

    /// <summary>Kills the node, as a lost machine would.</summary>
    public async Task KillAsync()
    {
        _node!.Kill();
        await _node.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Sends a signal: STOP makes the node hang with its connections open, CONT resumes it.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_node!.Id}"]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Runs rabbitmqctl.</summary>
    public async Task ControlAsync(params string[] arguments)
    {
        using var control = Start(Path.Combine(PackageFolder, "rabbitmqctl"), arguments);
        await control.WaitForExitAsync(CancellationToken.None);
        Assert.Equal(0, control.ExitCode);
    }

    /// <summary>Connects as a consumer would. The caller disposes the connection.</summary>
    public Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = new Uri(Address), AutomaticRecoveryEnabled = false }
        .CreateConnectionAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_node is not null && _mapper is not null)
        {
            await EndAsync(_node);
            _node.Dispose();
            await EndAsync(_mapper);
            _mapper.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
            process.Kill();

        await process.WaitForExitAsync(CancellationToken.None);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await ConnectAsync();
            return true;
        }
        catch (BrokerUnreachableException)
        {
            return false;
        }
    }

    private Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        foreach (var (name, value) in Describe())
            start.Environment[name] = value;

        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private IEnumerable<(string Name, string Value)> Describe() =>
    [
        ("HOME", _folder.FullName),
        ("ERL_EPMD_PORT", _mapperPort.ToString(CultureInfo.InvariantCulture)),
        ("ERL_EPMD_ADDRESS", "127.0.0.1"),
        ("RABBITMQ_NODENAME", "btec@localhost"),
        ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
        ("RABBITMQ_NODE_PORT", Port.ToString(CultureInfo.InvariantCulture)),
        ("RABBITMQ_DIST_PORT", _nodePort.ToString(CultureInfo.InvariantCulture)),
        ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
        ("RABBITMQ_MNESIA_BASE", PathOf("data")),
        ("RABBITMQ_LOG_BASE", PathOf("log")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", PathOf("enabled_plugins")),
        ("RABBITMQ_CONF_ENV_FILE", PathOf("rabbitmq-env.conf")),
        ("RABBITMQ_CONFIG_FILE", PathOf("rabbitmq")),
        // The script becomes the node instead of starting it, so that a signal reaches it.
        ("RUNNING_UNDER_SYSTEMD", "true"),
    ];

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
