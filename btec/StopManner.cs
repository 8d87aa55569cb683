namespace Btec.Commands;

/// <summary>How a child is stopped.</summary>
/// <param name="Signal">What tells it to end; the number is the same on Linux and macOS (POSIX, kill utility).</param>
/// <param name="Patience">How long it may take, before it is ended with all that it has started.</param>
/// <param name="ListensOnce">The same signal a second time does harm.</param>
internal sealed record StopManner(int Signal, TimeSpan Patience, bool ListensOnce)
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    /// <summary>A build: SIGTERM would end it at once, and its build nodes stay behind. Interrupted, it waits some seconds for its
    /// compilers.</summary>
    public static StopManner Tool { get; } = new(Interrupt, TimeSpan.FromSeconds(10), ListensOnce: true);

    /// <summary>The API or the AppHost: SIGINT is ignored by what a script has started in the background. An AppHost with containers to
    /// stop takes some ten seconds.</summary>
    public static StopManner Service { get; } = new(Terminate, TimeSpan.FromSeconds(30), ListensOnce: false);
}
