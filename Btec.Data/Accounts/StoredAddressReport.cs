namespace Btec.Data.Accounts;

/// <summary>The outcome of <see cref="StoredAddresses"/>, by the IDs of users and without their addresses.</summary>
public sealed class StoredAddressReport
{
    private readonly List<int> _refused = [];
    private readonly List<(int Id, int OtherId)> _taken = [];

    /// <summary>The number of users whose address was rewritten.</summary>
    public int Rewritten { get; private set; }

    /// <summary>The users whose address is no longer accepted. They cannot log in.</summary>
    public IReadOnlyList<int> Refused => _refused;

    /// <summary>The users whose canonical address another user has. They cannot log in.</summary>
    public IReadOnlyList<(int Id, int OtherId)> Taken => _taken;

    internal void AddRefused(int id) => _refused.Add(id);

    internal void AddTaken(int id, int otherId) => _taken.Add((id, otherId));

    internal void AddRewritten() => Rewritten++;
}
