using System.Globalization;
using System.Net;
using System.Text;

namespace Btec.Api.Mail;

/// <summary>The content of a mail as plain text and as HTML. A class, not a record: <c>ToString</c> must not contain the
/// token.</summary>
/// <param name="token">The token of the link, for apps that have no page for it.</param>
/// <param name="validFor">The lifetime of the link.</param>
internal sealed class MailBody(string salutation, MailText text, string? link, string? token, TimeSpan? validFor)
{
    /// <summary>Only the button sets colors, both foreground and background, so that light and dark mode work
    /// everywhere.</summary>
    private const string BodyStyle = "margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";

    private const string ButtonStyle =
        "display:inline-block;padding:12px 20px;border-radius:6px;background:#1d4ed8;color:#ffffff;"
        + "text-decoration:none;font-weight:600";

    private const string SmallStyle = "font-size:14px;overflow-wrap:anywhere";

    public string ToPlainText()
    {
        var body = new StringBuilder();
        Append(salutation);
        foreach (var line in text.Lines)
            Append(line);

        if (link is not null)
        {
            Append($"{text.Action}:\n{link}");
            Append($"Or enter this code in the app: {token}");
            Append(DescribeLifetime());
        }

        Append(text.Closing);
        return body.ToString().TrimEnd() + "\n";

        void Append(string paragraph) => body.Append(paragraph).Append("\n\n");
    }

    public string ToHtml()
    {
        var body = new StringBuilder();
        body.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">\n")
            .Append("<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{Encode(text.Subject)}</title>\n</head>\n")
            .Append(CultureInfo.InvariantCulture, $"<body style=\"{BodyStyle}\">\n")
            .Append("<div style=\"max-width:560px;margin:0 auto\">\n");
        Append(Encode(salutation));
        foreach (var line in text.Lines)
            Append(Encode(line));

        if (link is not null)
        {
            Append($"<a href=\"{Encode(link)}\" style=\"{ButtonStyle}\">{Encode(text.Action!)}</a>");
            Append(Encode(DescribeLifetime()));
            Append($"If the button does not work, open this address in your browser:<br>{Encode(link)}", SmallStyle);
            Append($"Or enter this code in the app: <code>{Encode(token!)}</code>", SmallStyle);
        }

        Append(Encode(text.Closing));
        return body.Append("</div>\n</body>\n</html>\n").ToString();

        void Append(string content, string? style = null) => body
            .Append(style is null ? "<p>" : $"<p style=\"{style}\">").Append(content).Append("</p>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private string DescribeLifetime()
    {
        var lifetime = validFor switch
        {
            null => "a short time",
            { TotalDays: >= 2 } life => string.Create(CultureInfo.InvariantCulture, $"{(int)life.TotalDays} days"),
            { TotalHours: >= 2 } life => string.Create(CultureInfo.InvariantCulture, $"{(int)life.TotalHours} hours"),
            { } life => string.Create(CultureInfo.InvariantCulture, $"{(int)life.TotalMinutes} minutes"),
        };
        return $"The link works for {lifetime} and can be used once.";
    }
}
