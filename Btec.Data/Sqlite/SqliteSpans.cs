using System.Diagnostics;
using Btec.Data.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Btec.Data.Sqlite;

/// <summary>The spans of statements on SQLite, whose client has none of its own. They are made afterwards, out of the events of
/// EF Core, which know when a statement started.</summary>
internal static class SqliteSpans
{
    private static readonly ActivitySource Activities = new("Btec.Data.Sqlite");

    public static DbContextOptionsBuilder AddSqliteSpans(this DbContextOptionsBuilder options) => options.LogTo(
        static (id, _) => id == RelationalEventId.CommandExecuted || id == RelationalEventId.CommandError, Record);

    private static void Record(EventData data)
    {
        if (data is not CommandEndEventData statement || !RecordedTrace.Contains(Activity.Current))
            return;

        using var activity = Activities.StartActivity(
            StatementName.Of(statement.Command.CommandText), ActivityKind.Client, parentContext: default, startTime: statement.StartTime);
        if (activity is null)
            return;

        activity.SetTag("db.system.name", "sqlite");
        activity.SetTag("db.query.text", StatementText.WithoutLiterals(statement.Command.CommandText));
        activity.SetEndTime((statement.StartTime + statement.Duration).UtcDateTime);
        if (data is CommandErrorEventData error)
            activity.SetStatus(ActivityStatusCode.Error, error.Exception.Message);
    }
}
