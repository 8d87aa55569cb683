using System.Globalization;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Audit;

/// <summary>The verification of one chain, event by event.</summary>
/// <param name="noted">The heads of this chain that were noted earlier.</param>
/// <param name="from">The part of the chain that has been verified, or <see langword="null"/> to begin with its first event.</param>
internal sealed class AuditChainWalk(
    BtecDbContext database, AuditChain chain, IReadOnlyList<AuditHead> noted, VerifiedChain? from = null)
{
    /// <summary>The number of events per query. An estimate: about 2 MB of rows.</summary>
    private const int BatchSize = 5_000;

    // What was verified may have been pruned since.
    private long _position = from?.Position > chain.Pruned ? from.Position : chain.Pruned;
    private byte[] _hash = from?.Position > chain.Pruned ? from.Hash : chain.PrunedHash;

    /// <summary>The number of events that are as they were written.</summary>
    public long Count => _position - chain.Pruned;

    /// <summary>Gets the last event of the chain that is as it was written.</summary>
    public VerifiedChain Verified => new(chain.Id, _position, _hash);

    /// <summary>Walks from the beginning of the chain to its recorded end.</summary>
    /// <param name="progress">A function that receives <see cref="Count"/> after each batch.</param>
    /// <returns>The first fault, or <see langword="null"/>.</returns>
    public async Task<string?> FindFaultAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        if (FindFaultOfNoted() is { } unknown)
            return unknown;

        while (_position < chain.Length)
        {
            var batch = await ReadAsync(cancellationToken);
            if (batch.Count == 0)
                return $"events {_position + 1} to {chain.Length} are missing.";

            foreach (var audited in batch)
            {
                if (FindFault(audited) is { } fault)
                    return fault;
            }

            progress(Count);
        }

        if (!_hash.AsSpan().SequenceEqual(chain.Hash))
            return $"event {chain.Length} is not the one that the chain ends with.";

        return await FindStrayAsync(cancellationToken);
    }

    private Task<List<AuditEvent>> ReadAsync(CancellationToken cancellationToken) => database.AuditEvents.AsNoTracking()
        .Where(audited => audited.ChainId == chain.Id && audited.Position > _position && audited.Position <= chain.Length)
        .OrderBy(audited => audited.Position).Take(BatchSize)
        .ToListAsync(cancellationToken);

    private string? FindFault(AuditEvent audited)
    {
        if (audited.Position != _position + 1)
            return $"event {_position + 1} is missing.";

        var hash = AuditHash.Compute(audited, _hash);
        if (!hash.AsSpan().SequenceEqual(audited.Hash))
            return Describe(audited) + "was changed, or stands in another's place.";

        if (noted.Any(head => head.Position == audited.Position && !head.Matches(hash)))
            return Describe(audited) + "is not the one that was noted at this position.";

        (_position, _hash) = (audited.Position, hash);
        return null;
    }

    /// <summary>Finds the noted events that the chain no longer contains.</summary>
    private string? FindFaultOfNoted()
    {
        foreach (var head in noted)
        {
            if (head.Position > chain.Length)
                return $"it ends with event {chain.Length}, but event {head.Position} was noted. Newer events were removed.";

            if (head.Position < chain.Pruned)
                return $"the noted event {head.Position} was removed, by the retention or by somebody else. Use a newer note.";

            if (head.Position == chain.Pruned && !head.Matches(chain.PrunedHash))
                return $"the removed event {head.Position} is not the one that was noted.";
        }

        return null;
    }

    /// <summary>Finds events outside the ends, which readers would see all the same.</summary>
    private async Task<string?> FindStrayAsync(CancellationToken cancellationToken)
    {
        if (await database.AuditEvents.AnyAsync(
            audited => audited.ChainId == chain.Id && audited.Position <= chain.Pruned, cancellationToken))
            return "there are events before its beginning.";

        var last = await database.AuditEvents.Where(audited => audited.ChainId == chain.Id)
            .MaxAsync(audited => (long?)audited.Position, cancellationToken);
        // Read after the events: without a snapshot, the chain may have grown meanwhile.
        var length = await database.AuditChains.Where(row => row.Id == chain.Id)
            .Select(row => row.Length).SingleAsync(cancellationToken);
        return last > length ? "there are events behind its end." : null;
    }

    private static string Describe(AuditEvent audited) => string.Create(
        CultureInfo.InvariantCulture,
        $"event {audited.Position} ({audited.Id}, {audited.Type}, {audited.OccurredAt:yyyy-MM-dd'T'HH:mm:ss'Z'}) ");
}

/// <summary>The last event of a chain that is as it was written.</summary>
/// <param name="Position">The position of the last event that is as it was written.</param>
/// <param name="Hash">Its hash.</param>
internal sealed record VerifiedChain(short ChainId, long Position, byte[] Hash);
