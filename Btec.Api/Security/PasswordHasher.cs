using Btec.Api.Telemetry;
using Btec.Data.Credentials;
using Microsoft.Extensions.Options;

namespace Btec.Api.Security;

/// <summary>bcrypt off the request's thread, on no more of the pool's threads than there are cores.</summary>
public sealed class PasswordHasher(IOptions<PasswordOptions> options, AuthMetrics metrics) : IDisposable
{
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);
    private readonly string _hashOfNoPassword = BcryptHash.OfNoPassword(options.Value.WorkFactor);

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync("hash", () => BcryptHash.Create(password, options.Value.WorkFactor), cancellationToken);

    /// <summary>Whether the password is the one behind the hash. Takes as long when there is no hash, when it is broken, or
    /// when no password of this form can be right.</summary>
    public Task<bool> VerifyAsync(string password, string? hash, CancellationToken cancellationToken) =>
        RunAsync(
            "verify",
            () => hash is not null && BcryptHash.IsWellFormed(hash) && PasswordRules.IsHashable(password)
                ? BcryptHash.Verify(password, hash)
                : BcryptHash.Verify("a password that nobody has", _hashOfNoPassword) && false,
            cancellationToken);

    public void Dispose() => _cores.Dispose();

    private async Task<T> RunAsync<T>(string operation, Func<T> compute, CancellationToken cancellationToken)
    {
        await _cores.WaitAsync(cancellationToken);
        try
        {
            using var measured = metrics.MeasureHash(operation);
            return await Task.Run(compute, CancellationToken.None);
        }
        finally
        {
            _cores.Release();
        }
    }
}
