using System.Globalization;
using Btec.Data.Model;
using Btec.Data.Outbox;

namespace Btec.Api.Mail;

/// <summary>The words of the mails about second factors. None has a link: whoever has only the mailbox can change nothing.</summary>
internal static class SecondFactorMailText
{
    private const string EndsSessions = "ends every session";

    /// <param name="site">The name by which recipients know the system.</param>
    public static MailText For(MailTemplate template, string site, MailValues values) => template switch
    {
        MailTemplate.FactorAdded => Write(
            "A second factor was added",
            site,
            $"{NameOf(values)} was added to your account at {site} as a second factor."),
        MailTemplate.FactorRemoved => Write(
            "A second factor was removed",
            site,
            $"{NameOf(values)} was removed from your account at {site}."),
        MailTemplate.FactorsRemoved => Write(
            "Your second factors were removed",
            site,
            $"An administrator has removed every second factor of your account at {site}, and your recovery codes.",
            "You now log in with your password alone. You can add a second factor again."),
        MailTemplate.RecoveryCodesCreated => Write(
            "New recovery codes were created",
            site,
            $"New recovery codes were created for your account at {site}. The old ones no longer work."),
        MailTemplate.RecoveryCodeUsed => Write(
            "A recovery code was used",
            site,
            $"A recovery code was used for your account at {site}. {Left(values)}"),
        MailTemplate.RecoveryCodesLow => Write(
            "Few recovery codes are left",
            site,
            $"{Left(values)} Create new ones in your account at {site}, so that you can log in if you lose your second factor."),
        MailTemplate.WrongCodes => Write(
            "Wrong codes were entered",
            site,
            $"Several wrong codes were entered one after another for your account at {site}.",
            "Whoever did that probably knows your password."),
        _ => throw new ArgumentOutOfRangeException(nameof(template), template, "The template has no text."),
    };

    private static MailText Write(string subject, string site, params string[] lines) =>
        new(subject, lines, Action: null, MailText.Alarm(site, EndsSessions));

    private static string NameOf(MailValues values) => values.Factor switch
    {
        SecondFactorKind.Totp => "An authenticator app",
        SecondFactorKind.Passkey => "A passkey",
        _ => "A second factor",
    };

    private static string Left(MailValues values) => values.CodesLeft switch
    {
        0 => "No recovery codes are left.",
        1 => "One recovery code is left.",
        { } count => string.Create(CultureInfo.InvariantCulture, $"{count} recovery codes are left."),
        null => "Fewer recovery codes are left.",
    };
}
