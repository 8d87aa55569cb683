using System.Threading.Channels;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.Passwords;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Passwords;

/// <summary>The background service that re-hashes passwords whose hash another system computed or has another cost than configured, after
/// a successful login. A higher one would keep the hashing workers busy for longer than a lowered cost allows.</summary>
internal sealed partial class PasswordRehash(
    IServiceScopeFactory scopes, PasswordHasher hasher, IOptions<PasswordOptions> options, ILogger<PasswordRehash> logger)
    : BackgroundService
{
    /// <summary>The number of passwords that may wait, in memory. Further ones are dropped; the next login offers them again.</summary>
    private const int MaxWaiting = 1_000;

    private readonly Channel<Offer> _offers = Channel.CreateBounded<Offer>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Queues a correct password for re-hashing if its hash is not the configured one. Never waits, never fails. A password that
    /// bcrypt would not read in full keeps the hash of the other system.</summary>
    public void Report(User user, Secret password)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (!IsConfigured(user.HashedPassword) && PasswordRules.IsHashable(password.Reveal()))
            _offers.Writer.TryWrite(new Offer(user.Id, user.HashedPassword, password));
    }

    private bool IsConfigured(string hash) =>
        BcryptHash.IsWellFormed(hash) && BcryptHash.WorkFactorOf(hash) == options.Value.WorkFactor;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var offer in _offers.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await RehashAsync(offer, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The next login queues it again.
                LogFailed(offer.UserId, exception.GetBaseException().Message);
            }
        }
    }

    private async Task RehashAsync(Offer offer, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var unchanged = scope.ServiceProvider.GetRequiredService<BtecDbContext>().Users
            .Where(user => user.Id == offer.UserId && user.HashedPassword == offer.Hash);
        // Several logins in a row may have queued the same password.
        if (!await unchanged.AnyAsync(cancellationToken))
            return;

        var hash = await hasher.HashAsync(offer.Password, HashingClient.Own, cancellationToken);
        var updated = await unchanged.ExecuteUpdateAsync(
            row => row.SetProperty(user => user.HashedPassword, hash), cancellationToken);
        if (updated > 0)
            LogRehashed(offer.UserId, options.Value.WorkFactor);
    }

    [LoggerMessage(LogLevel.Information, "The password of user {UserId} was re-hashed at cost {WorkFactor}.")]
    private partial void LogRehashed(int userId, int workFactor);

    [LoggerMessage(LogLevel.Warning, "The password of user {UserId} could not be re-hashed: {Reason}")]
    private partial void LogFailed(int userId, string reason);

    private sealed record Offer(int UserId, string Hash, Secret Password);
}
