using Btec.Data.Audit;
using Btec.Data.Events;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Keys;

/// <summary>The rows that outlive a change of the secret under which they are encrypted or authenticated. Mails and sessions do not:
/// they end before the previous secret may be removed (docs/configuration.md).</summary>
public sealed class StoredSecrets(BtecDbContext database, SigningKeyVault vault, AuditEnds ends, DerivedKeys keys)
{
    /// <summary>The number of rows that are read at once. An estimate.</summary>
    private const int PageSize = 1_000;

    private readonly RowEncryption _totp = new(keys.TotpEncryption);
    private readonly WebhookSecrets _webhooks = new(keys);

    /// <summary>Encrypts and authenticates under the current secret what was written under a previous one, so that the previous one
    /// is no longer needed. Instances may go on writing meanwhile: a row that changes is left to them.</summary>
    /// <returns>The number of rows that were written.</returns>
    public async Task<int> RenewAsync(CancellationToken cancellationToken)
    {
        // Nothing is of a previous secret that can be read.
        if (keys.TotpEncryption.Count == 1)
            return 0;

        // Every table with such rows has its line here.
        return await RenewSigningKeysAsync<SigningKey>(cancellationToken)
            + await RenewSigningKeysAsync<RsaSigningKey>(cancellationToken)
            + await RenewAuditEndsAsync(cancellationToken)
            + await RenewTotpSecretsAsync(cancellationToken)
            + await RenewWebhookSecretsAsync(cancellationToken);
    }

    private async Task<int> RenewSigningKeysAsync<TKey>(CancellationToken cancellationToken)
        where TKey : StoredSigningKey
    {
        var count = 0;
        foreach (var key in await database.Set<TKey>().AsNoTracking().ToListAsync(cancellationToken))
        {
            var before = key.EncryptedPrivateKey;
            if (vault.Renew(key))
            {
                count += await database.Set<TKey>()
                    .Where(stored => stored.Generation == key.Generation && stored.EncryptedPrivateKey == before)
                    .ExecuteUpdateAsync(
                        row => row.SetProperty(stored => stored.EncryptedPrivateKey, key.EncryptedPrivateKey), cancellationToken);
            }
        }

        return count;
    }

    private async Task<int> RenewAuditEndsAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var chain in await database.AuditChains.AsNoTracking().ToListAsync(cancellationToken))
        {
            var before = chain.EndsMac;
            if (ends.Renew(chain))
            {
                count += await database.AuditChains
                    .Where(stored => stored.Id == chain.Id && stored.EndsMac == before)
                    .ExecuteUpdateAsync(row => row.SetProperty(stored => stored.EndsMac, chain.EndsMac), cancellationToken);
            }
        }

        return count;
    }

    private async Task<int> RenewTotpSecretsAsync(CancellationToken cancellationToken)
    {
        var (count, last, isEnd) = (0, Guid.Empty, false);
        while (!isEnd)
        {
            var page = await database.TotpFactors.AsNoTracking()
                .Where(factor => factor.Id.CompareTo(last) > 0).OrderBy(factor => factor.Id).Take(PageSize)
                .Select(factor => new { factor.Id, factor.EncryptedSecret }).ToListAsync(cancellationToken);
            foreach (var factor in page)
            {
                if (_totp.Renew(factor.EncryptedSecret, factor.Id.ToString("D")) is { } renewed)
                {
                    count += await database.TotpFactors
                        .Where(stored => stored.Id == factor.Id && stored.EncryptedSecret == factor.EncryptedSecret)
                        .ExecuteUpdateAsync(row => row.SetProperty(stored => stored.EncryptedSecret, renewed), cancellationToken);
                }
            }

            (last, isEnd) = (page.Count > 0 ? page[^1].Id : last, page.Count < PageSize);
        }

        return count;
    }

    private async Task<int> RenewWebhookSecretsAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var webhook in await database.Webhooks.AsNoTracking().ToListAsync(cancellationToken))
        {
            var before = (Current: webhook.EncryptedSecret, Previous: webhook.EncryptedPreviousSecret);
            var current = _webhooks.Renew(before.Current, webhook.Id);
            var previous = before.Previous is null ? null : _webhooks.Renew(before.Previous, webhook.Id);
            if (current is null && previous is null)
                continue;

            count += await database.Webhooks
                .Where(stored => stored.Id == webhook.Id && stored.EncryptedSecret == before.Current
                    && stored.EncryptedPreviousSecret == before.Previous)
                .ExecuteUpdateAsync(
                    row => row.SetProperty(stored => stored.EncryptedSecret, current ?? before.Current)
                        .SetProperty(stored => stored.EncryptedPreviousSecret, previous ?? before.Previous),
                    cancellationToken);
        }

        return count;
    }
}
