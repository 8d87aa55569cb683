using System.Runtime.InteropServices;

namespace Btec.Commands;

/// <summary>Ctrl-C, a polite kill or a closed terminal: the command is told, instead of being ended above its children.</summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>128 + SIGINT, as a shell reports a command that was interrupted.</summary>
    public const int ExitCode = 130;

    private readonly CancellationTokenSource _interrupted = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption() =>
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    /// <summary>Ctrl-C, which a terminal sends to every process in the foreground; other signals come to this one alone.</summary>
    public static bool IsFromTerminal { get; private set; }

    public CancellationToken Token => _interrupted.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();

        _interrupted.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        IsFromTerminal |= context.Signal is PosixSignal.SIGINT;
        _interrupted.Cancel();
    }
}
