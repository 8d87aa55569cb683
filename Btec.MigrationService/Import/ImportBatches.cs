using Btec.Data;
using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.MigrationService.Import;

/// <summary>Stores imported users, each batch in one transaction with the event that records it.</summary>
internal sealed class ImportBatches(BtecDbContext database, AuditTrail audit, TimeProvider clock)
{
    /// <summary>The number of users in a transaction. More of them are hardly faster, and a killed run has less to repeat.</summary>
    public const int Size = 1_000;

    /// <summary>Returns those of the addresses that users have already.</summary>
    public Task<HashSet<string>> FindKnownAsync(IReadOnlyList<ImportRow> rows, CancellationToken cancellationToken)
    {
        string[] addresses = [.. rows.Select(row => row.Email)];
        return database.Users.Where(user => addresses.Contains(user.Email)).Select(user => user.Email)
            .ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
    }

    /// <summary>Creates the users whose addresses nobody has.</summary>
    /// <returns>The addresses that users had already.</returns>
    public async Task<HashSet<string>> StoreAsync(IReadOnlyList<ImportRow> rows, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await audit.CommitAsync(
                    async (batch, cancel) =>
                    {
                        var known = await FindKnownAsync(rows, cancel);
                        var fresh = rows.Where(row => !known.Contains(row.Email)).ToList();
                        if (fresh.Count > 0)
                            batch.Record(AuditTypes.UsersImported, userId: null, actorId: null, origin: null, details: await AddAsync(fresh, cancel));

                        return known;
                    },
                    cancellationToken);
            }
            catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
            {
                // Somebody registered one of the addresses at the same moment, and is found now.
            }
        }
    }

    /// <summary>Creates users, and returns what the audit event says of them.</summary>
    private async Task<Dictionary<string, object?>> AddAsync(List<ImportRow> rows, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        var users = rows.ConvertAll(row => row.ToUser(now));
        database.Users.AddRange(users);
        await database.SaveChangesAsync(cancellationToken);
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["users"] = users.Count,
            ["superusers"] = users.Count(user => user.IsSuperuser),
            ["first_line"] = rows[0].Line,
            ["last_line"] = rows[^1].Line,
            ["first_user_id"] = users.Min(user => user.Id),
            ["last_user_id"] = users.Max(user => user.Id),
        };
    }
}
