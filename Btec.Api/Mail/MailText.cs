using Btec.Data.Model;
using Btec.Data.Outbox;

namespace Btec.Api.Mail;

/// <summary>The words of a mail, from which its plain text and its HTML are built.</summary>
/// <param name="Lines">The paragraphs, one string each.</param>
/// <param name="Action">The label of the link, or <see langword="null"/> if the mail has no link.</param>
/// <param name="Closing">The advice for recipients who did not cause the mail.</param>
internal sealed record MailText(string Subject, IReadOnlyList<string> Lines, string? Action, string Closing)
{
    private const string Ignore = "If this was not you, you can ignore this mail. Nothing changes unless the link is used.";

    private const string AccountPassword = "Unless you are logged in, you will be asked for the password of the account.";

    private const string ChosenPassword = "You will be asked for the password that you chose.";

    /// <param name="site">The name by which recipients know the system.</param>
    public static MailText For(MailTemplate template, string site, MailValues values) => template switch
    {
        MailTemplate.VerifyEmail => new(
            "Confirm your e-mail address",
            [$"Please confirm that this is the e-mail address of your account at {site}.", AccountPassword],
            "Confirm e-mail address",
            TakeOver(site)),
        MailTemplate.ConfirmNewEmail => new(
            "Confirm your new e-mail address",
            [
                $"We received a request to use this address for an account at {site}.",
                "The account keeps its old address until you confirm this one.",
            ],
            "Confirm new address",
            "If this was not you, do not use the link: it would give your address to somebody else's account. You can ignore this mail."),
        MailTemplate.EmailChangeRequested => new(
            "Your e-mail address is about to change",
            [
                $"We received a request to change the e-mail address of your account at {site} to {Other(values)}.",
                "Your account keeps this address until the new one is confirmed.",
            ],
            Action: null,
            Alarm(site, "cancels the change and ends every session")),
        MailTemplate.EmailChanged => new(
            "Your e-mail address was changed",
            [$"The e-mail address of your account at {site} is now {Other(values)}. This is the last mail to your old address."],
            Action: null,
            $"If this was not you, contact the administrator of {site} right away."),
        MailTemplate.ResetPassword => new(
            "Set a new password",
            [$"We received a request to reset the password of your account at {site}."],
            "Set a new password",
            Ignore),
        MailTemplate.PasswordChanged => new(
            "Your password was changed",
            [$"The password of your account at {site} was changed."],
            Action: null,
            Alarm(site, "ends every session")),
        MailTemplate.ConfirmRegistration => new(
            "Confirm your registration",
            [$"Thank you for registering at {site}. Confirm your registration to activate your account.", ChosenPassword],
            "Confirm registration",
            RegisterYourself(site)),
        MailTemplate.AlreadyRegistered => new(
            "You already have an account",
            [
                $"Someone, probably you, tried to register at {site} with this address, but you already have an account there.",
                "Just log in. If you do not know the password, you can request a new one.",
            ],
            Action: null,
            "If this was not you, you can ignore this mail. Nothing has changed."),
        MailTemplate.Invitation => new(
            $"Your account at {site}",
            [$"An account has been created for you at {site}. Set a password to activate it."],
            "Set password",
            "If this was not meant for you, you can ignore this mail. Nobody can log in before the password is set."),
        MailTemplate.WebhookDisabled => WebhookMailText.Disabled(site, values),
        MailTemplate.IdentityLinked or MailTemplate.IdentityUnlinked or MailTemplate.LinkIdentity =>
            ExternalLoginMailText.For(template, site, values),
        _ => SecondFactorMailText.For(template, site, values),
    };

    /// <summary>Returns the advice for an owner whose account somebody else uses.</summary>
    internal static string Alarm(string site, string effect) =>
        $"If this was not you, reset your password right away, which {effect}. Then contact the administrator of {site}.";

    private static string TakeOver(string site) =>
        "If this was not you, ignore this mail: without the password the link changes nothing. To take the account over, request a new "
        + $"password at {site}, which ends whatever somebody else has set up.";

    private static string RegisterYourself(string site) =>
        "If this was not you, ignore this mail: without that password the link creates no account. You can still register at "
        + $"{site} yourself, and will get a link of your own.";

    private static string Other(MailValues values) =>
        values is { IsUnconfirmed: false, OtherAddress: { } address } ? address : "another address";
}
