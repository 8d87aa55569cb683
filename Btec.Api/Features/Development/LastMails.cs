using System.Globalization;
using System.Text;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Development;

/// <summary>Lists the newest mails and their state, but not their content, which holds tokens.</summary>
internal sealed class LastMails(BtecDbContext database)
{
    /// <summary>The maximum number of mails in the list: about one screen.</summary>
    public const int MaxCount = 20;

    private static readonly string[] Heading = ["when", "to", "template", "state", "attempts", "last error"];

    public async Task<CommandOutcome> ShowAsync(CancellationToken cancellationToken)
    {
        var mails = await database.OutgoingMails.AsNoTracking()
            .OrderByDescending(mail => mail.CreatedAt).ThenByDescending(mail => mail.Id).Take(MaxCount)
            .Select(mail => new
            {
                mail.CreatedAt,
                mail.Recipient,
                mail.Template,
                mail.SentAt,
                mail.AbandonedAt,
                mail.Attempts,
                mail.LastError,
            })
            .ToListAsync(cancellationToken);
        if (mails.Count == 0)
            return new CommandOutcome("There are no mails: none has been written yet, or all have been sent and cleaned up.");

        var rows = mails.Select(mail => new[]
        {
            mail.CreatedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            mail.Recipient,
            mail.Template.ToString(),
            mail.SentAt is not null ? "sent" : mail.AbandonedAt is not null ? "abandoned" : "waiting",
            mail.Attempts.ToString(CultureInfo.InvariantCulture),
            mail.LastError?.ReplaceLineEndings(" ") ?? "",
        });
        return new CommandOutcome(
            mails.Count == 1 ? "The newest mail." : $"The newest {mails.Count} mails.", new Secret(Align([Heading, .. rows])));
    }

    private static string Align(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, Heading.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
            text.Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');

        return text.ToString().TrimEnd();
    }
}
