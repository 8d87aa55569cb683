using System.Diagnostics;
using Btec.Data.Accounts;
using Btec.Data.Telemetry;
using OpenTelemetry;

namespace Btec.Data.Postgres;

/// <summary>The processor of Npgsql's spans, which names them after their statements. Npgsql could do so itself, but only for a data
/// source, and the pool of <see cref="PostgresCurrentUserQuery"/> would no longer be the pool of the context.</summary>
internal sealed class PostgresSpans : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Source.Name != "Npgsql")
            return;

        if ((data.GetTagItem("db.query.text") ?? data.GetTagItem("db.statement")) is string statement)
            data.DisplayName = StatementName.Of(statement);

        if (!RecordedTrace.Contains(data.Parent))
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }
}
