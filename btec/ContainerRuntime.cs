using System.ComponentModel;

namespace Btec.Commands;

/// <summary>A container runtime that answers: an installed one may well be stopped.</summary>
internal static class ContainerRuntime
{
    /// <summary>Aspire's own choice of the runtime, when both are there.</summary>
    public const string Variable = "ASPIRE_CONTAINER_RUNTIME";

    /// <summary>A running Docker answers within a second; one that is just starting may hang.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private static readonly string[] _known = ["docker", "podman"];

    public static async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        var candidates = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen ? [chosen] : _known;
        foreach (var candidate in candidates)
        {
            if (await AnswersAsync(candidate, cancellationToken))
                return candidate;
        }

        return null;
    }

    private static async Task<bool> AnswersAsync(string runtime, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        try
        {
            await using var info = Child.Start(runtime, ["info"], ChildEnvironment.Default, _ => { }, StopManner.Tool);
            return await info.WaitAsync(patience.Token) == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
