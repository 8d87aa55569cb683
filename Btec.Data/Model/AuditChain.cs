namespace Btec.Data.Model;

/// <summary>The end of one of several chains of audit events: several, so that writers need not wait for each other.</summary>
public sealed class AuditChain
{
    /// <summary>Chains: as many writers as commit at once before one waits for another.</summary>
    public const short Count = 16;

    public required short Id { get; init; }

    /// <summary>How many events have been written to the chain.</summary>
    public long Length { get; set; }

    /// <summary>The hash of its last event; 32 zero bytes before the first.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>How many events were removed from the chain's beginning because their time was over.</summary>
    public long Pruned { get; set; }

    /// <summary>The hash of the last event removed: the first one left follows it.</summary>
    public required byte[] PrunedHash { get; set; }
}
