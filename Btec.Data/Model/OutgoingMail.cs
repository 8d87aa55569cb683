namespace Btec.Data.Model;

/// <summary>A mail in the outbox, written in the transaction of the change that it reports. The Message-ID contains its id.</summary>
public sealed class OutgoingMail : OutboxItem
{
    /// <summary>The user whom the mail is about, if any.</summary>
    public int? UserId { get; init; }

    public required string Recipient { get; init; }

    public required MailTemplate Template { get; init; }

    /// <summary>The values of the template as JSON, encrypted because a link is a secret; removed once the mail is sent or
    /// abandoned.</summary>
    public byte[]? SealedValues { get; set; }

    public MailPriority Priority { get; init; }
}

/// <summary>The kind of a mail.</summary>
public enum MailTemplate
{
    /// <summary>A request to confirm the address.</summary>
    VerifyEmail,

    /// <summary>A request to confirm the new address.</summary>
    ConfirmNewEmail,

    /// <summary>A notice to the old address that a change was requested.</summary>
    EmailChangeRequested,

    /// <summary>A notice to the old address that it was replaced.</summary>
    EmailChanged,

    /// <summary>A link to set a new password.</summary>
    ResetPassword,

    /// <summary>A notice that the password was changed.</summary>
    PasswordChanged,

    /// <summary>A request to confirm a registration.</summary>
    ConfirmRegistration,

    /// <summary>A notice that the address was registered again.</summary>
    AlreadyRegistered,

    /// <summary>An invitation to a new account, with a link to set its password.</summary>
    Invitation,

    /// <summary>A notice that a second factor was added.</summary>
    FactorAdded,

    /// <summary>A notice that a second factor was removed.</summary>
    FactorRemoved,

    /// <summary>A notice that an administrator removed every second factor.</summary>
    FactorsRemoved,

    /// <summary>A notice that new recovery codes replaced the old ones.</summary>
    RecoveryCodesCreated,

    /// <summary>A notice that a recovery code was used.</summary>
    RecoveryCodeUsed,

    /// <summary>A warning that few recovery codes are left.</summary>
    RecoveryCodesLow,

    /// <summary>A warning that wrong codes were entered.</summary>
    WrongCodes,

    /// <summary>A notice to superusers that a webhook was disabled.</summary>
    WebhookDisabled,

    /// <summary>A notice that an external login was linked.</summary>
    IdentityLinked,

    /// <summary>A notice that an external login was unlinked.</summary>
    IdentityUnlinked,

    /// <summary>A request to confirm that an external login is to be linked.</summary>
    LinkIdentity,
}
