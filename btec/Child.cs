using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Btec.Commands;

/// <summary>A process that this one has started and answers for: disposing it stops it.</summary>
internal sealed partial class Child : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StopManner _manner;
    private readonly Action<string> _onLine;
    private readonly Lock _oneAtATime = new();

    private Child(ProcessStartInfo start, Action<string> onLine, StopManner manner)
    {
        (_onLine, _manner) = (onLine, manner);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += OnData;
        _process.ErrorDataReceived += OnData;
    }

    public bool HasExited => _process.HasExited;

    /// <param name="folder">Where it runs, below the repository; an ASP.NET Core app looks for its settings there.</param>
    /// <param name="onLine">Takes what the child writes, one line at a time.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static Child Start(
        string program,
        IEnumerable<string> arguments,
        ChildEnvironment environment,
        Action<string> onLine,
        StopManner manner,
        string folder = "")
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

        var child = new Child(start, onLine, manner);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
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

        // A terminal has told the child already, and dotnet build hangs when it is interrupted twice.
        if (Interruption.IsFromTerminal && _manner.ListensOnce && await EndsWithinAsync(_manner.Patience))
            return;

        // Windows has no signals; there a child is told by its console or not at all.
        if (!OperatingSystem.IsWindows())
            _ = SendSignal(_process.Id, _manner.Signal);

        if (await EndsWithinAsync(_manner.Patience))
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

    private void OnData(object sender, DataReceivedEventArgs received)
    {
        if (received.Data is { } line)
        {
            lock (_oneAtATime)
                _onLine(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);
}
