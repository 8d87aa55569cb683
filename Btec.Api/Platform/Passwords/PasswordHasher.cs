using Btec.Data.Keys;
using Btec.Data.Passwords;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Passwords;

/// <summary>bcrypt on the threads of <see cref="HashingWorkers"/>.</summary>
public sealed class PasswordHasher(IOptions<PasswordOptions> options, HashingWorkers workers)
{
    private readonly string _dummyHash = BcryptHash.CreateDummyHash(options.Value.WorkFactor);

    /// <exception cref="Errors.BusyException">Too many wait already.</exception>
    public Task<string> HashAsync(Secret password, CancellationToken cancellationToken) =>
        workers.RunAsync("hash", () => BcryptHash.Create(password.Reveal(), options.Value.WorkFactor), cancellationToken);

    /// <summary>Whether the password is the one behind the hash. Takes as long when there is no hash, when it is broken, or
    /// when no password of this form can be right.</summary>
    /// <exception cref="Errors.BusyException">Too many wait already.</exception>
    public Task<bool> VerifyAsync(Secret password, string? hash, CancellationToken cancellationToken) =>
        workers.RunAsync(
            "verify",
            () => hash is not null && BcryptHash.IsWellFormed(hash) && PasswordRules.IsHashable(password.Reveal())
                ? BcryptHash.Verify(password.Reveal(), hash)
                : BcryptHash.Verify("a password that nobody has", _dummyHash) && false,
            cancellationToken);
}
