using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Model;

/// <summary>Hand-written queries that name the columns of an entity. With <c>*</c>, a statement that PostgreSQL has prepared fails
/// as soon as a migration adds a column, and a rolling deployment migrates while the previous version runs.</summary>
internal static partial class NamedColumns
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<string>> Known = new();

    /// <summary>Queries entities, with the names of their columns in place of <c>[columns]</c> or, with an alias of the table, of
    /// <c>t.[columns]</c>.</summary>
    public static IQueryable<TEntity> FromNamed<TEntity>(this DbSet<TEntity> entities, FormattableString sql)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(sql);
        // Both databases have the same names.
        var names = Known.GetOrAdd(
            typeof(TEntity), (_, type) => [.. type.GetFlattenedProperties().Select(property => property.GetColumnName())], entities.EntityType);
        var format = Placeholder().Replace(
            sql.Format, found => string.Join(", ", names.Select(name => $"{found.Groups["alias"].Value}{name}")));
        return entities.FromSql(FormattableStringFactory.Create(format, sql.GetArguments()));
    }

    [GeneratedRegex(@"(?<alias>\b\w+\.)?\[columns\]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
