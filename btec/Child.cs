using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Btec.Commands;

/// <summary>A process that this one has started and answers for: disposing it stops it.</summary>
internal sealed partial class Child : IAsyncDisposable
{
    /// <summary>How long a child may take to stop before it is ended with all it has started. An AppHost that stops its containers
    /// takes some ten seconds.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>How long a child that the terminal has told may take, before it is told again: a cancelled build waits for its
    /// compilers, some seconds.</summary>
    private static readonly TimeSpan _terminalPatience = TimeSpan.FromSeconds(10);

    /// <summary>The number of SIGINT on Linux and macOS alike (POSIX, kill utility). Not SIGTERM: that ends dotnet build at once, and
    /// its build nodes stay behind; on this it cancels, and a web app stops the same way on both.</summary>
    private const int Interrupt = 2;

    private readonly Process _process;

    private Child(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    /// <param name="folder">Where it runs, below the repository; an ASP.NET Core app looks for its settings there.</param>
    /// <param name="onLine">Takes what the child writes, one line at a time.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static Child Start(
        string program, IEnumerable<string> arguments, ChildEnvironment environment, Action<string> onLine, string folder = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.PathOf(folder),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment.Variables)
            start.Environment[name] = value;

        var process = new Process { StartInfo = start };
        var oneAtATime = new Lock();
        process.OutputDataReceived += OnData;
        process.ErrorDataReceived += OnData;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new Child(process);

        void OnData(object sender, DataReceivedEventArgs received)
        {
            if (received.Data is { } line)
            {
                lock (oneAtATime)
                    onLine(line);
            }
        }
    }

    /// <summary>Waits for the exit code and the last line.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    /// <summary>Asks it to end, and after a while makes it.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited)
            return;

        // A terminal has told the child already, and dotnet build hangs when it is told twice.
        if (Interruption.IsFromTerminal && await EndsWithinAsync(_terminalPatience))
            return;

        // Windows has no such signal; there a child is told by its console or not at all.
        if (!OperatingSystem.IsWindows())
            _ = SendSignal(_process.Id, Interrupt);

        if (await EndsWithinAsync(_patience))
            return;

        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    private async Task<bool> EndsWithinAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);
}
