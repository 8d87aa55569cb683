using System.Diagnostics;
using Btec.Data.Accounts;
using Btec.Data.Telemetry;
using OpenTelemetry;

namespace Btec.Data.Postgres;

/// <summary>The processor of Npgsql's spans, which names them after their statements and removes what these quote. Npgsql could do so itself, but only for a data
/// source, and the pool of <see cref="PostgresCurrentUserQuery"/> would no longer be the pool of the context.</summary>
internal sealed class PostgresSpans : BaseProcessor<Activity>
{
    /// <summary>The tags of the statement in the current semantic conventions and in the former ones.</summary>
    private static readonly string[] StatementTags = ["db.query.text", "db.statement"];

    public override void OnEnd(Activity data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Source.Name != "Npgsql")
            return;

        foreach (var tag in StatementTags)
        {
            if (data.GetTagItem(tag) is not string statement)
                continue;

            data.DisplayName = StatementName.Of(statement);
            data.SetTag(tag, StatementText.WithoutLiterals(statement));
        }

        if (!RecordedTrace.Contains(data.Parent))
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }
}
