namespace Btec.Data.Audit;

/// <summary>Every type of audit event. Types are stable; docs/audit.md lists them.</summary>
public static class AuditTypes
{
    public const string RegistrationRequested = "user.registration_requested";
    public const string UserRegistered = "user.registered";
    public const string UserCreated = "user.created";
    public const string UsersImported = "users.imported";
    public const string UserUpdated = "user.updated";
    public const string UserRolesChanged = "user.roles_changed";
    public const string UserDeleted = "user.deleted";
    public const string Login = "login";
    public const string Logout = "logout";
    public const string SessionEnded = "session.ended";
    public const string SessionSteppedUp = "session.stepped_up";
    public const string RefreshTokenReused = "session.refresh_token_reused";
    public const string CodeReused = "code.reused";
    public const string PasswordChanged = "password.changed";
    public const string PasswordRecoveryRequested = "password.recovery_requested";
    public const string PasswordReset = "password.reset";
    public const string EmailVerificationRequested = "email.verification_requested";
    public const string EmailVerified = "email.verified";
    public const string EmailChangeRequested = "email.change_requested";
    public const string EmailChanged = "email.changed";
    public const string MailAbandoned = "mail.abandoned";
    public const string AuditPruned = "audit.pruned";
    public const string AuditAuthenticated = "audit.authenticated";
    public const string SigningKeyRevoked = "signing_key.revoked";
    public const string FactorAdded = "factor.added";
    public const string FactorRenamed = "factor.renamed";
    public const string FactorRemoved = "factor.removed";
    public const string FactorsRemoved = "factors.removed";
    public const string RecoveryCodesCreated = "recovery_codes.created";
    public const string RecoveryCodeUsed = "recovery_code.used";
    public const string ClientCreated = "client.created";
    public const string ClientChanged = "client.changed";
    public const string ClientDeleted = "client.deleted";
    public const string ClientSecretRotated = "client.secret_rotated";
    public const string WebhookCreated = "webhook.created";
    public const string WebhookChanged = "webhook.changed";
    public const string WebhookDeleted = "webhook.deleted";
    public const string WebhookSecretRotated = "webhook.secret_rotated";
    public const string WebhookDisabled = "webhook.disabled";
    public const string GrantGiven = "grant.given";
    public const string GrantRevoked = "grant.revoked";
    public const string IdentityLinkRequested = "identity.link_requested";
    public const string IdentityLinked = "identity.linked";
    public const string IdentityUnlinked = "identity.unlinked";
}
