using Btec.Data.Model;
using Btec.Data.Outbox;

namespace Btec.Api.Mail;

/// <summary>What a mail says: the one source of its text and its HTML.</summary>
/// <param name="Subject">The subject line.</param>
/// <param name="Lines">What happened or is to be done, a paragraph each.</param>
/// <param name="Action">What the link does, if there is one.</param>
/// <param name="Closing">What to do if it was not the recipient.</param>
internal sealed record MailText(string Subject, IReadOnlyList<string> Lines, string? Action, string Closing)
{
    private const string Ignore = "If it was not you, ignore this mail: nothing happens without the link.";
    private const string Alarm = "If it was not you, set a new password at once, which ends every session, and tell whoever runs this site.";

    /// <param name="template">Which mail.</param>
    /// <param name="site">What recipients know the system by.</param>
    /// <param name="values">What it is filled with.</param>
    public static MailText For(MailTemplate template, string site, MailValues values) => template switch
    {
        MailTemplate.VerifyEmail => new(
            "Confirm your e-mail address", [$"Please confirm that this is the address of your account at {site}."], "Confirm the address", Ignore),
        MailTemplate.ConfirmNewEmail => new(
            "Confirm your new e-mail address",
            [$"Somebody, most likely you, asked to use this address for an account at {site}.", "Until you confirm it, the old address stays."],
            "Use this address",
            Ignore),
        MailTemplate.EmailChangeRequested => new(
            "Your e-mail address is about to change",
            [$"Somebody, most likely you, asked to change the address of your account at {site} to {Other(values)}.", "Until that address is confirmed, this one stays."],
            Action: null,
            Alarm),
        MailTemplate.EmailChanged => new(
            "Your e-mail address was changed",
            [$"The address of your account at {site} is now {Other(values)}. This is the last mail to the old one."],
            Action: null,
            "If it was not you, tell whoever runs this site at once."),
        MailTemplate.ResetPassword => new(
            "Set a new password", [$"Somebody, most likely you, asked for a new password for your account at {site}."], "Set a new password", Ignore),
        MailTemplate.PasswordChanged => new(
            "Your password was changed", [$"The password of your account at {site} was changed."], Action: null, Alarm),
        MailTemplate.ConfirmRegistration => new(
            "Confirm your registration", [$"Please confirm your registration at {site}: your account works from then on."], "Confirm the registration", Ignore),
        MailTemplate.AlreadyRegistered => new(
            "You have an account already",
            [$"Somebody, most likely you, tried to register this address at {site}, where it has an account.", "Log in with it; if you have forgotten the password, ask for a new one there."],
            Action: null,
            "If it was not you, ignore this mail: nothing has changed."),
        MailTemplate.Invitation => new(
            $"Your account at {site}", [$"An account at {site} was made for this address. Set its password, and it is yours."], "Set the password", Ignore),
        _ => throw new ArgumentOutOfRangeException(nameof(template), template, "There is no such mail."),
    };

    private static string Other(MailValues values) => values.OtherAddress ?? "another";
}
