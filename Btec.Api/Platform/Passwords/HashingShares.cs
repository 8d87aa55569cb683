namespace Btec.Api.Platform.Passwords;

/// <summary>The places of the queue, shared out by client network: a flood from one network takes what nobody else asks for, and
/// loses it to whoever has less. Half of the places and of the turns belong to clients in known networks. It is not
/// thread-safe.</summary>
/// <param name="limit">The number of places.</param>
internal sealed class HashingShares(int limit)
{
    private readonly NetworkTurns _known = new();
    private readonly NetworkTurns _others = new();
    private bool _isTurnOfOthers;

    /// <summary>The number of jobs that wait.</summary>
    public int Count => _known.Count + _others.Count;

    public void Add(HashingJob job) => TurnsOf(job.Client).Add(job);

    public void Remove(HashingJob job) => TurnsOf(job.Client).Remove(job);

    /// <summary>Takes the next job, and returns <see langword="null"/> if there is none.</summary>
    public HashingJob? Take()
    {
        var job = _isTurnOfOthers ? _others.Take() ?? _known.Take() : _known.Take() ?? _others.Take();
        if (job is not null)
            _isTurnOfOthers = job.Client.IsKnown;

        return job;
    }

    /// <summary>Returns the number of jobs that are served before a new one of this client would be.</summary>
    public int CountBefore(HashingClient client)
    {
        var before = TurnsOf(client).CountBefore(client.Network);
        return before + Math.Min(before + 1, (client.IsKnown ? _others : _known).Count);
    }

    /// <summary>Removes the job that has to make room for a new one of this client, and returns <see langword="null"/> if none has
    /// to.</summary>
    public HashingJob? MakeRoom(HashingClient client)
    {
        var own = TurnsOf(client);
        var other = client.IsKnown ? _others : _known;
        var shareOfOther = client.IsKnown ? limit / 2 : limit - (limit / 2);
        var last = other.Count > shareOfOther ? other.FindLastOfLargest() : own.FindLastOfLargest();
        if (last is null || (last.Client.IsKnown == client.IsKnown && own.CountOf(last.Client.Network) <= own.CountOf(client.Network) + 1))
            return null;

        Remove(last);
        return last;
    }

    private NetworkTurns TurnsOf(HashingClient client) => client.IsKnown ? _known : _others;
}
