namespace Btec.Data.Model;

/// <summary>A mail to send, written in the transaction that needs it.</summary>
public sealed class OutgoingMail
{
    /// <summary>Characters kept of an error.</summary>
    public const int LastErrorMaxLength = 255;

    /// <summary>A UUID of version 7; the Message-ID is made of it, so that a mail that is sent twice can be told.</summary>
    public required Guid Id { get; init; }

    /// <summary>The user whom it is about, if there is one.</summary>
    public int? UserId { get; init; }

    public required string Recipient { get; init; }

    public required MailTemplate Template { get; init; }

    /// <summary>The values of the template as JSON, encrypted, for the link is a secret; gone once sent or abandoned.</summary>
    public byte[]? SealedValues { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is due; whoever claims it moves this ahead, so that nobody else does.</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When sending was given up.</summary>
    public DateTimeOffset? AbandonedAt { get; set; }

    public string? LastError { get; set; }
}

/// <summary>What a mail says.</summary>
public enum MailTemplate
{
    /// <summary>Confirm your address.</summary>
    VerifyEmail,

    /// <summary>Confirm your new address.</summary>
    ConfirmNewEmail,

    /// <summary>To the old address: another was asked for.</summary>
    EmailChangeRequested,

    /// <summary>To the old address: another is in its place.</summary>
    EmailChanged,

    /// <summary>Set a new password.</summary>
    ResetPassword,

    /// <summary>Your password was changed.</summary>
    PasswordChanged,

    /// <summary>Confirm your registration.</summary>
    ConfirmRegistration,

    /// <summary>Somebody registered your address again.</summary>
    AlreadyRegistered,

    /// <summary>An account was made for you: set its password.</summary>
    Invitation,
}
