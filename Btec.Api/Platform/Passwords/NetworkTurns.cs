namespace Btec.Api.Platform.Passwords;

/// <summary>Jobs that wait, taken from one network after the other. It is not thread-safe.</summary>
internal sealed class NetworkTurns
{
    private readonly Dictionary<string, LinkedListNode<LinkedList<HashingJob>>> _networks = new(StringComparer.Ordinal);

    /// <summary>The jobs of each network; the first network is the next to be served.</summary>
    private readonly LinkedList<LinkedList<HashingJob>> _turns = new();

    /// <summary>The number of jobs.</summary>
    public int Count { get; private set; }

    /// <summary>Returns the number of jobs of one network.</summary>
    public int CountOf(string network) => _networks.TryGetValue(network, out var turn) ? turn.Value.Count : 0;

    /// <summary>Returns the number of jobs that are served before a new one of this network would be.</summary>
    public int CountBefore(string network)
    {
        var own = CountOf(network);
        return _networks.Sum(other => Math.Min(other.Value.Value.Count, other.Key == network ? own : own + 1));
    }

    /// <summary>Returns the last job of the network that has most, or of the last such network.</summary>
    public HashingJob? FindLastOfLargest() => Enumerable.Reverse(_turns).MaxBy(jobs => jobs.Count)?.Last!.Value;

    public void Add(HashingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (!_networks.TryGetValue(job.Client.Network, out var turn))
            _networks.Add(job.Client.Network, turn = _turns.AddLast(new LinkedList<HashingJob>()));

        turn.Value.AddLast(job.Node);
        Count++;
    }

    /// <summary>Takes the first job of the network whose turn it is, and returns <see langword="null"/> if there is none.</summary>
    public HashingJob? Take()
    {
        if (_turns.First is not { } turn)
            return null;

        var job = turn.Value.First!.Value;
        _turns.RemoveFirst();
        _turns.AddLast(turn);
        Remove(job);
        return job;
    }

    public void Remove(HashingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var turn = _networks[job.Client.Network];
        turn.Value.Remove(job.Node);
        Count--;
        if (turn.Value.Count > 0)
            return;

        _turns.Remove(turn);
        _networks.Remove(job.Client.Network);
    }
}
