using System.Globalization;
using Btec.Api.Platform.Passwords;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Development;

/// <summary>Creates demo users.</summary>
internal sealed class DemoUsers(DemoUserSeed seed, AuditTrail audit, PasswordHasher hasher, TimeProvider clock)
{
    public const int MaxCount = 10_000;

    /// <summary>The password of every demo user, so that one hash is enough.</summary>
    private const string Password = "demo password";

    /// <summary>Creates those of the first <paramref name="count"/> demo users that do not exist yet.</summary>
    public async Task<CommandOutcome> SeedAsync(int count, CancellationToken cancellationToken)
    {
        var hash = await hasher.HashAsync(new Secret(Password), cancellationToken);
        var created = await audit.CommitAsync(
            async (batch, cancel) =>
            {
                var made = await seed.InsertMissingAsync(count, hash, clock.GetStoredNow(), cancel);
                if (made > 0)
                {
                    batch.Record(
                        AuditTypes.UserCreated, userId: null, actorId: null, new AuditOrigin(DevelopmentService.UserAgent, Address: null),
                        details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["demo_users"] = made });
                }

                return made;
            },
            cancellationToken);
        return new CommandOutcome(string.Create(
            CultureInfo.InvariantCulture,
            $"{created} of {count} demo users were new. Log in as demo1@example.com with the password \"{Password}\"."));
    }
}
