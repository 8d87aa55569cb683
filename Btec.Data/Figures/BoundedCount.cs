using System.Data.Common;
using System.Text.Json;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Figures;

/// <summary>Counts rows at a bounded cost, however many there are.</summary>
public sealed class BoundedCount(BtecDbContext database)
{
    /// <summary>The number of rows up to which they are counted: 100,000, which took about 20 ms on PostgreSQL.</summary>
    public const int DefaultLimit = 100_000;

    /// <summary>Counts rows. If there are more than a limit, it asks PostgreSQL for its estimate.</summary>
    /// <param name="candidates">Rows that an index finds. No more than the limit are read.</param>
    /// <param name="filter">A function that returns the candidates to count.</param>
    public async Task<Figure> CountAsync<T>(
        IQueryable<T> candidates,
        Func<IQueryable<T>, IQueryable<T>> filter,
        CancellationToken cancellationToken,
        int limit = DefaultLimit)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (await candidates.Take(limit + 1).CountAsync(cancellationToken) <= limit)
            return new Figure(await filter(candidates).CountAsync(cancellationToken), FigurePrecision.Exact);

        return database.Database.IsNpgsql()
            ? new Figure(await EstimateAsync(filter(candidates), cancellationToken), FigurePrecision.About)
            : new Figure(await filter(candidates.Take(limit)).CountAsync(cancellationToken), FigurePrecision.AtLeast);
    }

    /// <summary>Returns the number of rows that the planner of PostgreSQL expects, which reads no rows.</summary>
    private async Task<long> EstimateAsync<T>(IQueryable<T> rows, CancellationToken cancellationToken)
    {
        await database.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = rows.CreateDbCommand();
            Explain(command);
            using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!);
            return (long)plan.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble();
        }
        finally
        {
            await database.Database.CloseConnectionAsync();
        }
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "EF Core wrote the statement.")]
    private static void Explain(DbCommand command) => command.CommandText = $"EXPLAIN (FORMAT JSON) {command.CommandText}";
}
