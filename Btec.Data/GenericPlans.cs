using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Btec.Data;

/// <summary>Has PostgreSQL plan a statement once and not for every value, where to plan takes longer than to run and the plan is the
/// same: left to itself it compares estimates, which grow with the table. Both statements are sent at once, and what the first sets ends
/// with them, also behind PgBouncer.</summary>
internal sealed class GenericPlans : DbCommandInterceptor
{
    /// <summary>Goes before the statement.</summary>
    public const string Prefix = "SELECT set_config('plan_cache_mode', 'force_generic_plan', true);\n";

    public static readonly GenericPlans Interceptor = new();

    private GenericPlans()
    {
    }

    /// <summary>The caller reads the statement's result, not the one of the setting.</summary>
    public override async ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(result);
        if (command.CommandText.StartsWith(Prefix, StringComparison.Ordinal))
            await result.NextResultAsync(cancellationToken);

        return result;
    }
}
