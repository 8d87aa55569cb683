using Btec.Data.Outbox;

namespace Btec.Api.Mail;

/// <summary>The words of the mails about webhooks.</summary>
internal static class WebhookMailText
{
    /// <summary>Returns the words that tell superusers of a webhook that was disabled.</summary>
    public static MailText Disabled(string site, MailValues values) => new(
        "A webhook was disabled",
        [
            $"{site} sends no more events to {values.OtherAddress}: {values.Reason}",
            "Mend the receiver, then activate the webhook again, on the administration page or with the API. Events that happen meanwhile "
            + "are not sent to it. The list of its deliveries shows what failed and can send it again.",
        ],
        Action: null,
        $"You receive this mail because you are a superuser of {site}.");
}
