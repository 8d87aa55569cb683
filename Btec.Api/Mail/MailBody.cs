using System.Globalization;
using System.Net;
using System.Text;

namespace Btec.Api.Mail;

/// <summary>A mail ready to be written down.</summary>
/// <param name="Greeting">The first line.</param>
/// <param name="Text">What it says.</param>
/// <param name="Link">Where its button leads.</param>
/// <param name="Token">The secret of the link, for clients without pages.</param>
/// <param name="ValidFor">How long the link works.</param>
internal sealed record MailBody(string Greeting, MailText Text, string? Link, string? Token, TimeSpan? ValidFor)
{
    /// <summary>No colours but the button's, which has both of its own: mail programs choose the others, light or dark.</summary>
    private const string BodyStyle = "margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";

    private const string ButtonStyle =
        "display:inline-block;padding:12px 20px;border-radius:6px;background:#1d4ed8;color:#ffffff;text-decoration:none;font-weight:600";

    private const string SmallStyle = "font-size:14px;overflow-wrap:anywhere";

    public string ToPlainText()
    {
        var body = new StringBuilder();
        Append(Greeting);
        foreach (var line in Text.Lines)
            Append(line);

        if (Link is not null)
        {
            Append($"{Text.Action}:\n{Link}");
            Append($"In an application without a page for it, give this code: {Token}");
            Append($"{DescribeLife()} It works once.");
        }

        Append(Text.Closing);
        return body.ToString().TrimEnd() + "\n";

        void Append(string paragraph) => body.Append(paragraph).Append("\n\n");
    }

    public string ToHtml()
    {
        var body = new StringBuilder();
        body.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{Encode(Text.Subject)}</title>\n</head>\n<body style=\"{BodyStyle}\">\n")
            .Append("<div style=\"max-width:560px;margin:0 auto\">\n");
        Append(Encode(Greeting));
        foreach (var line in Text.Lines)
            Append(Encode(line));

        if (Link is not null)
        {
            Append($"<a href=\"{Encode(Link)}\" style=\"{ButtonStyle}\">{Encode(Text.Action!)}</a>");
            Append($"{Encode(DescribeLife())} It works once.");
            Append($"If the button does nothing, open this address:<br>{Encode(Link)}", SmallStyle);
            Append($"In an application without a page for it, give this code: <code>{Encode(Token!)}</code>", SmallStyle);
        }

        Append(Encode(Text.Closing));
        return body.Append("</div>\n</body>\n</html>\n").ToString();

        void Append(string content, string? style = null) => body
            .Append(style is null ? "<p>" : $"<p style=\"{style}\">").Append(content).Append("</p>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private string DescribeLife() => ValidFor switch
    {
        null => "The link works for a short time.",
        { TotalDays: >= 2 } life => string.Create(CultureInfo.InvariantCulture, $"The link works for {(int)life.TotalDays} days."),
        { TotalHours: >= 2 } life => string.Create(CultureInfo.InvariantCulture, $"The link works for {(int)life.TotalHours} hours."),
        { } life => string.Create(CultureInfo.InvariantCulture, $"The link works for {(int)life.TotalMinutes} minutes."),
    };
}
