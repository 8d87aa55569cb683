using System.Globalization;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.MigrationService;

/// <summary>Rotates the signing keys at once, or revokes one, for operators who do not want to wait until the current key is old
/// enough.</summary>
internal sealed class SigningKeyRotation(
    SigningKeyRollover rollover, SigningKeyRevocation revocation, DatabaseWait wait, TimeProvider clock)
{
    /// <summary>Creates the next key of each algorithm and writes its id and the time from which it signs.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var key in await wait.RunAsync(() => rollover.RotateAsync(clock.GetUtcNow(), cancellationToken), cancellationToken))
            Report(key);
    }

    /// <summary>Revokes a key and writes the id of its successor and the time from which it signs.</summary>
    /// <returns><see langword="true"/> if there was such a key.</returns>
    public async Task<bool> RevokeAsync(string keyId, CancellationToken cancellationToken)
    {
        var successor = await wait.RunAsync(
            () => revocation.RevokeAsync(keyId, clock.GetUtcNow(), cancellationToken), cancellationToken);
        if (successor is null)
        {
            await Console.Error.WriteLineAsync($"There is no key {keyId}, or it was not written under this Jwt:SigningKey.");
            return false;
        }

        var seconds = SigningKeySchedule.MaxCacheAge.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        Console.WriteLine($"Key {keyId} is revoked. Within {seconds} seconds, no instance accepts its tokens.");
        Report(successor);
        return true;
    }

    private static void Report(StoredSigningKey key) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"Key {key.KeyId} ({SigningKeyKind.Of(key).Algorithm}) is published now and signs from {key.ActiveFrom:yyyy-MM-ddTHH:mm:ssZ} on."));
}
