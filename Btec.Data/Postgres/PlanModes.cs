using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Btec.Data.Postgres;

/// <summary>Tells PostgreSQL how to plan a statement. Left to itself it compares estimates, which grow with the table. Both statements are
/// sent at once, and what the first sets ends with them, also behind PgBouncer.</summary>
internal sealed class PlanModes : DbCommandInterceptor
{
    /// <summary>Goes before a statement that has one plan whatever its values: to plan it takes longer than to run it.</summary>
    public const string Once = Setting + "'force_generic_plan', true);\n";

    /// <summary>Goes before a statement whose values decide which index is the better one.</summary>
    public const string ForEachValue = Setting + "'force_custom_plan', true);\n";

    public static readonly PlanModes Interceptor = new();

    private const string Setting = "SELECT set_config('plan_cache_mode', ";

    private PlanModes()
    {
    }

    /// <summary>The caller reads the statement's result, not the one of the setting.</summary>
    public override async ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(result);
        if (command.CommandText.StartsWith(Setting, StringComparison.Ordinal))
            await result.NextResultAsync(cancellationToken);

        return result;
    }
}
