using Btec.Data.Keys;
using Btec.Data.Passwords;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Passwords;

/// <summary>Hashes and verifies passwords with bcrypt, on the threads of <see cref="HashingWorkers"/>.</summary>
internal sealed class PasswordHasher(IOptions<PasswordOptions> options, HashingWorkers workers)
{
    private readonly string _dummyHash = BcryptHash.CreateDummyHash(options.Value.WorkFactor);

    /// <exception cref="Errors.BusyException">The queue of the workers is full.</exception>
    public Task<string> HashAsync(Secret password, CancellationToken cancellationToken) =>
        workers.RunAsync("hash", () => BcryptHash.Create(password.Reveal(), options.Value.WorkFactor), cancellationToken);

    /// <summary>Returns whether the password matches the hash. Takes the same time if there is no hash, if the hash is malformed,
    /// or if no valid password has this form.</summary>
    /// <exception cref="Errors.BusyException">The queue of the workers is full.</exception>
    public Task<bool> VerifyAsync(Secret password, string? hash, CancellationToken cancellationToken) =>
        workers.RunAsync(
            "verify",
            () => hash is not null && BcryptHash.IsWellFormed(hash) && PasswordRules.IsHashable(password.Reveal())
                ? BcryptHash.Verify(password.Reveal(), hash)
                : BcryptHash.Verify("a password that nobody has", _dummyHash) && false,
            cancellationToken);
}
