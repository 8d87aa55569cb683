using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The addresses and names that earlier versions stored in forms that are no longer canonical.</summary>
/// <remarks>It may be repeated and be killed at any point: each user is a transaction of its own.</remarks>
public sealed class StoredAddresses(BtecDbContext database, AuditTrail audit, UserLocks locks)
{
    /// <summary>The number of users that are read at once. A million takes a few seconds in all.</summary>
    private const int PageSize = 10_000;

    /// <summary>Brings every stored address and searchable name into its current form.</summary>
    public async Task<StoredAddressReport> CanonicalizeAsync(CancellationToken cancellationToken)
    {
        var report = new StoredAddressReport();
        await CanonicalizeLinksAsync(cancellationToken);
        for (var last = 0; ;)
        {
            var page = await database.Users.AsNoTracking().Where(user => user.Id > last).OrderBy(user => user.Id).Take(PageSize)
                .Select(user => new Row(user.Id, user.Email, user.FullName, user.SearchName)).ToListAsync(cancellationToken);
            if (page.Count == 0)
                return report;

            last = page[^1].Id;
            foreach (var row in page)
                await CanonicalizeAsync(row, report, cancellationToken);
        }
    }

    private async Task CanonicalizeAsync(Row row, StoredAddressReport report, CancellationToken cancellationToken)
    {
        if (row.FullName is not null && row.SearchName != SearchText.Fold(row.FullName))
        {
            var folded = SearchText.Fold(row.FullName);
            await database.Users.Where(user => user.Id == row.Id && user.FullName == row.FullName)
                .ExecuteUpdateAsync(update => update.SetProperty(user => user.SearchName, folded), cancellationToken);
        }

        if (EmailAddress.FindFault(row.Email) is not null)
            report.AddRefused(row.Id);
        else if (EmailAddress.Normalize(row.Email) is var address && address != row.Email)
            await RewriteAsync(row, address, report, cancellationToken);
    }

    private async Task RewriteAsync(Row row, string address, StoredAddressReport report, CancellationToken cancellationToken)
    {
        try
        {
            var isRewritten = await audit.CommitAsync(
                async (batch, cancel) =>
                {
                    // The user may have got another address since the page was read.
                    if (await locks.TakeAsync(row.Id, cancel) is not { } stored || stored.Email != row.Email)
                        return false;

                    stored.Email = address;
                    batch.Record(AuditTypes.UserUpdated, row.Id, actorId: null, origin: null, details: Details);
                    return true;
                },
                cancellationToken);
            if (isRewritten)
                report.AddRewritten();
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            var otherId = await database.Users.Where(user => user.Email == address).Select(user => (int?)user.Id)
                .SingleOrDefaultAsync(cancellationToken);
            report.AddTaken(row.Id, otherId ?? row.Id);
        }
    }

    /// <summary>Links are compared with the address of their user, and a registration becomes a user with its address.</summary>
    private async Task CanonicalizeLinksAsync(CancellationToken cancellationToken)
    {
        var addresses = await database.OneTimeTokens.Select(token => token.Email).Distinct().ToListAsync(cancellationToken);
        foreach (var sent in addresses)
        {
            var address = EmailAddress.Normalize(sent);
            if (address == sent)
                continue;

            await database.OneTimeTokens.Where(token => token.Email == sent)
                .ExecuteUpdateAsync(update => update.SetProperty(token => token.Email, address), cancellationToken);
        }
    }

    private static Dictionary<string, object?> Details => new(StringComparer.Ordinal) { ["members"] = "email", ["canonical"] = true };

    private sealed record Row(int Id, string Email, string? FullName, string? SearchName);
}
