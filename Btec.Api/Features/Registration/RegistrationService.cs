using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.Telemetry;
using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Registration;

/// <summary>Registers users, either at once or by a mailed link.</summary>
internal sealed partial class RegistrationService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    OneTimeTokenStore links,
    OneTimeTokenDecoys decoys,
    MailOutbox mails,
    PasswordHasher hasher,
    AuthMetrics metrics,
    IOptions<RegistrationOptions> options,
    TimeProvider clock,
    ILogger<RegistrationService> logger)
{
    /// <summary>Registers an account whose members have been validated.</summary>
    public async Task<RegistrationResult> RegisterAsync(
        string email, Secret password, UserProfile profile, AuditOrigin origin, CancellationToken cancellationToken)
    {
        using var activity = AuthMetrics.Activities.StartActivity("register");
        var applicant = new Applicant(EmailAddress.Normalize(email), password, profile.Normalize(), origin);
        var result = options.Value.Mode switch
        {
            RegistrationOptions.Closed => await RefuseAsync(
                new RegistrationResult.Closed(), AuthError.RegistrationClosed, userId: null, origin, cancellationToken),
            RegistrationOptions.Verified => await MailLinkAsync(applicant, cancellationToken),
            _ => await CreateAsync(applicant, cancellationToken),
        };
        metrics.CountRegistration(
            result.Match(_ => "created", () => "requested", () => AuthError.EmailTaken.Code, () => AuthError.RegistrationClosed.Code));
        return result;
    }

    private async Task<RegistrationResult> CreateAsync(Applicant applicant, CancellationToken cancellationToken)
    {
        if (await FindOwnerAsync(applicant.Email, cancellationToken) is { } owner)
            return await RefuseTakenAsync(applicant, owner, cancellationToken);

        var hash = await hasher.HashAsync(applicant.Password, HashingClient.Anybody(applicant.Origin.Address), cancellationToken);
        // A hash has been computed, so the registration is finished even if the client has disconnected.
        cancellationToken = CancellationToken.None;
        try
        {
            var created = await audit.CommitAsync(
                async (batch, cancel) =>
                {
                    var user = new User
                    {
                        Email = applicant.Email,
                        HashedPassword = hash,
                        CreatedAt = clock.GetStoredNow(),
                    };
                    applicant.Profile.ApplyTo(user);
                    database.Users.Add(user);
                    await database.SaveChangesAsync(cancel);
                    var token = await links.IssueAsync(
                        OneTimeTokenPurpose.VerifyEmail, user.Id, user.Email, OneTimeTokenStore.VerificationLifetime, cancel);
                    mails.Add(
                        MailTemplate.VerifyEmail,
                        user.Email,
                        MailValues.To(user) with { Token = token, ValidFor = OneTimeTokenStore.VerificationLifetime },
                        user.Id);
                    batch.Record(AuditTypes.UserRegistered, user.Id, user.Id, applicant.Origin);
                    return user;
                },
                cancellationToken);
            LogRegistered(created.Id);
            return new RegistrationResult.Created(created);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            var winner = await FindOwnerAsync(applicant.Email, cancellationToken);
            return await RefuseTakenAsync(applicant, winner, cancellationToken);
        }
    }

    /// <summary>Mails a link to a free address, or a notice to a registered one. Both cost the same work
    /// (docs/decisions/0004).</summary>
    private async Task<RegistrationResult> MailLinkAsync(Applicant applicant, CancellationToken cancellationToken)
    {
        var hash = await hasher.HashAsync(applicant.Password, HashingClient.Anybody(applicant.Origin.Address), cancellationToken);
        // A hash has been computed, so the registration is finished even if the client has disconnected.
        cancellationToken = CancellationToken.None;
        await audit.CommitAsync(
            async (batch, cancel) =>
            {
                await locks.TakeAddressAsync(applicant.Email, cancel);
                var nearest = await locks.KeepNearestAsync(applicant.Email, cancel);
                var owner = nearest?.Email == applicant.Email ? nearest : null;
                var token = await links.IssueForRegistrationAsync(applicant.Email, hash, applicant.Profile, cancel);
                mails.Add(
                    owner is null ? MailTemplate.ConfirmRegistration : MailTemplate.AlreadyRegistered,
                    applicant.Email,
                    owner is null
                        ? new MailValues
                        {
                            Name = applicant.Profile.FullName,
                            IsUnconfirmed = true,
                            Token = token,
                            ValidFor = OneTimeTokenStore.VerificationLifetime,
                        }
                        : MailValues.To(owner),
                    owner?.Id);
                await decoys.SettleTokenAsync(isDecoy: owner is not null, cancel);
                batch.Record(AuditTypes.RegistrationRequested, owner?.Id, actorId: null, applicant.Origin);
                return true;
            },
            cancellationToken);
        return new RegistrationResult.Pending();
    }

    private Task<RegistrationResult> RefuseTakenAsync(Applicant applicant, int? ownerId, CancellationToken cancellationToken) =>
        RefuseAsync(new RegistrationResult.EmailTaken(), AuthError.EmailTaken, ownerId, applicant.Origin, cancellationToken);

    private async Task<RegistrationResult> RefuseAsync(
        RegistrationResult result, AuthError error, int? userId, AuditOrigin origin, CancellationToken cancellationToken)
    {
        await audit.CommitAsync(
            (batch, _) =>
            {
                batch.Record(AuditTypes.UserRegistered, userId, actorId: null, origin, outcome: error.Code);
                return Task.FromResult(true);
            },
            cancellationToken);
        return result;
    }

    private Task<int?> FindOwnerAsync(string email, CancellationToken cancellationToken) =>
        database.Users.Where(user => user.Email == email).Select(user => (int?)user.Id).SingleOrDefaultAsync(cancellationToken);

    [LoggerMessage(LogLevel.Information, "Registered user {UserId}.")]
    private partial void LogRegistered(int userId);

    private sealed record Applicant(string Email, Secret Password, UserProfile Profile, AuditOrigin Origin);
}
