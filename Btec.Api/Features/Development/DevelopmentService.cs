using System.Globalization;
using Btec.Api.Features.Sessions;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;

namespace Btec.Api.Features.Development;

/// <summary>Runs the commands of the dashboard and describes each outcome in a sentence.</summary>
internal sealed class DevelopmentService(
    NamedUsers users,
    SessionService sessions,
    SigningKeyRollover rollover,
    AuditVerifier verifier,
    DemoUsers demoUsers,
    PasswordHasher hasher,
    TimeProvider clock)
{
    /// <summary>The client that all commands come from.</summary>
    public static readonly ClientInfo Dashboard = new("Aspire dashboard", Address: null);

    /// <summary>Starts a session for a user without their password.</summary>
    public async Task<Result<CommandOutcome>> MintTokenAsync(string email, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(email, cancellationToken) is not { } user)
            return NamedUsers.Unknown;

        if (!user.IsActive)
            return AuthError.AccountInactive;

        if (await sessions.StartAsync(user, SignInProof.Password, Dashboard, cancellationToken) is not { } pair)
            return NamedUsers.Unknown;

        var end = Format(clock.GetUtcNow() + pair.AccessToken.Lifetime);
        return new CommandOutcome($"An access token of {user.Email}, valid until {end}.", new Secret(pair.AccessToken.Reveal()));
    }

    /// <summary>Ends every session of a user.</summary>
    public async Task<Result<CommandOutcome>> RevokeSessionsAsync(string email, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(email, cancellationToken) is not { } user)
            return NamedUsers.Unknown;

        var ended = await sessions.EndAllAsync(user.Id, "from the dashboard", Dashboard, cancellationToken);
        return new CommandOutcome($"{(ended == 1 ? "1 session" : $"{ended} sessions")} of {user.Email} ended.");
    }

    /// <summary>Creates the next signing keys now.</summary>
    public async Task<CommandOutcome> RotateSigningKeyAsync(CancellationToken cancellationToken)
    {
        var keys = await rollover.RotateAsync(clock.GetUtcNow(), cancellationToken);
        return new CommandOutcome(string.Join('\n', keys.Select(key =>
            $"Key {key.KeyId} ({SigningKeyKind.Of(key).Algorithm}) is published within {SigningKeySchedule.MaxCacheAge.TotalSeconds} s, "
            + $"and signs from {Format(key.ActiveFrom)} on.")));
    }

    /// <summary>Verifies that no audit event has been changed or removed.</summary>
    public async Task<CommandOutcome> VerifyAuditAsync(CancellationToken cancellationToken)
    {
        var verdict = await verifier.VerifyAsync([], static _ => { }, cancellationToken);
        return verdict.Faults.Count == 0
            ? new CommandOutcome($"{verdict.Count} audit events are as they were written.")
            : new CommandOutcome(
                verdict.Faults.Count == 1 ? "The audit has a fault." : $"The audit has {verdict.Faults.Count} faults.",
                new Secret(string.Join('\n', verdict.Faults)),
                Failed: true);
    }

    /// <summary>Creates those of the first <paramref name="count"/> demo users that do not exist yet.</summary>
    public async Task<CommandOutcome> SeedDemoUsersAsync(int count, CancellationToken cancellationToken)
    {
        var hash = await hasher.HashAsync(new Secret(DemoUsers.Password), HashingClient.Own, cancellationToken);
        var created = await demoUsers.CreateMissingAsync(count, hash, Dashboard, cancellationToken);
        return new CommandOutcome(string.Create(
            CultureInfo.InvariantCulture,
            $"{created} of {count} demo users were new. Log in as demo1@example.com with the password \"{DemoUsers.Password}\"."));
    }

    private static string Format(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
