using Btec.Api.Features.EmailVerification;
using Btec.Api.Features.Registration;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Telemetry;
using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>Decides about people whose login at a provider no account has, and creates their accounts. The rules are those of
/// docs/external-providers.md.</summary>
internal sealed partial class EnrollmentService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    OneTimeTokenStore links,
    ExternalProofs proofs,
    VerificationService verification,
    ExternalProviderList providers,
    IOptions<RegistrationOptions> registration,
    AuthMetrics metrics,
    TimeProvider clock,
    ILogger<EnrollmentService> logger)
{
    /// <summary>Decides about a person, and creates the account if that is the decision.</summary>
    public async Task<Enrollment> DecideAsync(ExternalProof proof, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(proof);
        try
        {
            return await audit.CommitAsync((batch, cancel) => DecideAsync(proof, origin, batch, cancel), cancellationToken);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            // The same login, or the address, has got an account meanwhile.
            return new Enrollment.Known();
        }
    }

    private async Task<Enrollment> DecideAsync(
        ExternalProof proof, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        int? owner = null;
        if (proof.Email is { } email)
        {
            await locks.TakeAddressAsync(email, cancellationToken);
            // Another login of the same person may have made the account meanwhile.
            if (await database.ExternalIdentities.AnyAsync(
                identity => identity.Issuer == proof.Issuer && identity.Subject == proof.Subject, cancellationToken))
                return new Enrollment.Known();

            owner = await database.Users.Where(user => user.Email == email).Select(user => (int?)user.Id)
                .SingleOrDefaultAsync(cancellationToken);
        }

        if (owner is { } ownerId && proof.IsEmailVerified)
        {
            if (await locks.TakeForLoginAsync(ownerId, cancellationToken) is null)
                return new Enrollment.Known();

            var token = await proofs.IssueLinkAsync(proof, ownerId, cancellationToken);
            RecordRefusal(AuthError.LinkRequired, ownerId);
            return new Enrollment.LinkRequired(new Secret(token));
        }

        if (FindRefusal(proof, owner) is not { } refusal)
        {
            await CreateAsync(proof, origin, batch, cancellationToken);
            return new Enrollment.Known();
        }

        RecordRefusal(refusal, userId: null);
        return new Enrollment.Refused(refusal);

        void RecordRefusal(AuthError error, int? userId) => batch.Record(
            AuditTypes.Login, userId, actorId: null, origin, outcome: error.Code, details: DetailsOf(proof));
    }

    /// <summary>Returns why a person gets no account, or <see langword="null"/>. Only where anybody can learn it by a registration does the
    /// answer say that an address is taken.</summary>
    private AuthError? FindRefusal(ExternalProof proof, int? owner)
    {
        var mode = registration.Value.Mode;
        if (mode == RegistrationOptions.Closed || providers.Find(proof.Provider) is not { AllowsRegistration: true })
            return AuthError.RegistrationClosed;

        return proof.Email is null || (!proof.IsEmailVerified && mode == RegistrationOptions.Verified) ? AuthError.EmailRequired
            : owner is not null ? AuthError.EmailTaken
            : null;
    }

    private async Task CreateAsync(ExternalProof proof, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        var user = new User
        {
            Email = proof.Email!,
            HashedPassword = User.NoPassword,
            FullName = proof.FullName,
            CreatedAt = now,
            EmailVerifiedAt = proof.IsEmailVerified ? now : null,
        };
        database.Users.Add(user);
        await database.SaveChangesAsync(cancellationToken);
        database.ExternalIdentities.Add(proof.ToIdentity(user.Id, now));
        if (proof.IsEmailVerified)
            await links.RevokeRegistrationsAsync(user.Email, cancellationToken);
        else
            await verification.QueueAsync(user, cancellationToken);

        batch.Record(AuditTypes.UserRegistered, user.Id, user.Id, origin, details: DetailsOf(proof));
        metrics.CountRegistration("created");
        LogRegistered(user.Id, proof.Provider);
    }

    private static Dictionary<string, object?> DetailsOf(ExternalProof proof) =>
        new(StringComparer.Ordinal) { ["provider"] = proof.Provider };

    [LoggerMessage(LogLevel.Information, "Registered user {UserId} by the provider {Provider}.")]
    private partial void LogRegistered(int userId, string provider);
}
