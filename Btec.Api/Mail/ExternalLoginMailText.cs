using Btec.Data.Model;
using Btec.Data.Outbox;

namespace Btec.Api.Mail;

/// <summary>The words of the mails about logins at external providers.</summary>
internal static class ExternalLoginMailText
{
    /// <param name="site">The name by which recipients know the system.</param>
    public static MailText For(MailTemplate template, string site, MailValues values) => template switch
    {
        MailTemplate.IdentityLinked => new(
            $"You can now sign in with {values.Provider}",
            [$"A login at {values.Provider} was linked to your account at {site}."],
            Action: null,
            MailText.Alarm(site, "ends every session")),
        MailTemplate.IdentityUnlinked => new(
            $"Signing in with {values.Provider} was removed",
            [$"A login at {values.Provider} was unlinked from your account at {site}."],
            Action: null,
            MailText.Alarm(site, "ends every session")),
        MailTemplate.LinkIdentity => new(
            $"Link {values.Provider} to your account",
            [
                $"Someone, probably you, has signed in at {site} with {values.Provider}. An account with your address exists already.",
                $"To sign in to it with {values.Provider} from now on, open this link in the same browser.",
            ],
            $"Link {values.Provider}",
            "If this was not you, you can ignore this mail. Nothing changes."),
        _ => throw new ArgumentOutOfRangeException(nameof(template), template, "The template has no text."),
    };
}
