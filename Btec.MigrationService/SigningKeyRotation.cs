using System.Globalization;
using Btec.Data.Keys;

namespace Btec.MigrationService;

/// <summary>Rotates the signing key at once, for operators who do not want to wait until the current key is old enough.</summary>
internal sealed class SigningKeyRotation(SigningKeySchedule schedule, DatabaseWait wait, TimeProvider clock)
{
    /// <summary>Creates a key and writes its id and the time from which it signs.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var key = await wait.RunAsync(() => schedule.RotateAsync(clock.GetUtcNow(), cancellationToken), cancellationToken);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Key {key.KeyId} is published now and signs from {key.ActiveFrom:yyyy-MM-ddTHH:mm:ssZ} on."));
    }
}
