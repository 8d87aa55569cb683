using System.Collections.Frozen;
using Btec.Data.Keys;
using Btec.Data.Passwords;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Passwords;

/// <summary>Hashes and verifies passwords with bcrypt, on the threads of <see cref="HashingWorkers"/>. What a request asks for
/// takes a place of its client's network in their queue.</summary>
internal sealed class PasswordHasher(IOptions<PasswordOptions> options, HashingWorkers workers)
{
    private const string DummyPassword = "a password that nobody has";

    private static readonly FrozenDictionary<int, string> DummyHashes = Enumerable
        .Range(BcryptHash.MinWorkFactor, BcryptHash.MaxWorkFactor - BcryptHash.MinWorkFactor + 1)
        .ToFrozenDictionary(workFactor => workFactor, BcryptHash.CreateDummyHash);

    /// <exception cref="Errors.BusyException">The queue of the workers is full.</exception>
    public Task<string> HashAsync(Secret password, HashingClient client, CancellationToken cancellationToken) => workers.RunAsync(
        "hash", () => BcryptHash.Create(password.Reveal(), options.Value.WorkFactor), client, cancellationToken);

    /// <summary>Returns whether the password matches the hash. Otherwise it takes the time of the configured cost: also if there is
    /// no hash, if the hash is malformed or has a lower cost, or if no valid password has this form.</summary>
    /// <exception cref="Errors.BusyException">The queue of the workers is full.</exception>
    public Task<bool> VerifyAsync(Secret password, string? hash, HashingClient client, CancellationToken cancellationToken) =>
        workers.RunAsync("verify", () => Verify(password.Reveal(), hash), client, cancellationToken);

    private bool Verify(string password, string? hash)
    {
        if (hash is null || !BcryptHash.IsWellFormed(hash) || !PasswordRules.IsHashable(password))
        {
            BcryptHash.Verify(DummyPassword, DummyHashes[options.Value.WorkFactor]);
            return false;
        }

        if (BcryptHash.Verify(password, hash))
            return true;

        // Each step of the cost doubles the work, so these hashes together complete it to that of the configured cost.
        for (var workFactor = BcryptHash.WorkFactorOf(hash); workFactor < options.Value.WorkFactor; workFactor++)
            BcryptHash.Verify(DummyPassword, DummyHashes[workFactor]);

        return false;
    }
}
