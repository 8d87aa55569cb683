using System.Diagnostics;
using Btec.Data.Keys;
using Btec.Data.Passwords;
using Btec.Data.Passwords.Imported;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Passwords;

/// <summary>Hashes passwords with bcrypt, and verifies those hashes and the imported ones, on the threads of <see cref="HashingWorkers"/>.
/// What a request asks for takes a place of its client's network in their queue.</summary>
internal sealed class PasswordHasher(IOptions<PasswordOptions> options, HashingWorkers workers)
{
    /// <exception cref="Errors.BusyException">The queue of the workers is full.</exception>
    public Task<string> HashAsync(Secret password, HashingClient client, CancellationToken cancellationToken) => workers.RunAsync(
        "hash", () => BcryptHash.Create(password.Reveal(), options.Value.WorkFactor), client, cancellationToken);

    /// <summary>Returns whether the password matches the hash. Otherwise it takes the time of the configured cost: also if there is
    /// no hash, if the hash is malformed or has a lower cost, or if no valid password has this form. A hash that another system computed
    /// at a higher cost takes longer.</summary>
    /// <exception cref="Errors.BusyException">The queue of the workers is full.</exception>
    public Task<bool> VerifyAsync(Secret password, string? hash, HashingClient client, CancellationToken cancellationToken) =>
        workers.RunAsync("verify", () => Verify(password.Reveal(), hash), client, cancellationToken);

    private bool Verify(string password, string? hash)
    {
        if (hash is not null && ImportedHash.Read(hash) is { } imported)
            return VerifyImported(password, imported);

        if (hash is null || !BcryptHash.IsWellFormed(hash) || !PasswordRules.IsHashable(password))
        {
            DummyHash.Verify(options.Value.WorkFactor);
            return false;
        }

        if (BcryptHash.Verify(password, hash))
            return true;

        DummyHash.Complete(BcryptHash.WorkFactorOf(hash), options.Value.WorkFactor);
        return false;
    }

    private bool VerifyImported(string password, ImportedHash hash)
    {
        var started = Stopwatch.GetTimestamp();
        if (hash.Verify(password))
            return true;

        DummyHash.Complete(Stopwatch.GetElapsedTime(started), options.Value.WorkFactor);
        return false;
    }
}
