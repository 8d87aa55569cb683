using System.Reflection;
using System.Text.RegularExpressions;
using Btec.Data.Schema;
using Btec.Tests.Documentation;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Btec.Tests.Data;

/// <summary>The rule that the previous release runs on the schema of every migration, unless it is marked as a contract step
/// (docs/operations/upgrade-and-rollback.md). What is not known to be harmless breaks it.</summary>
internal sealed partial class MigrationRule
{
    private readonly Migration _migration;
    private readonly HashSet<string> _newTables;
    private readonly HashSet<(string Table, string Column)> _newOptionalColumns;

    private MigrationRule(Migration migration)
    {
        _migration = migration;
        _newTables = migration.UpOperations.OfType<CreateTableOperation>().Select(table => table.Name).ToHashSet(StringComparer.Ordinal);
        _newOptionalColumns =
        [
            .. migration.UpOperations.OfType<AddColumnOperation>()
                .Where(column => column.IsNullable && !HasDefault(column)).Select(column => (column.Table, column.Name)),
        ];
    }

    /// <summary>Gets the releases that the changelog lists.</summary>
    private static HashSet<string> Releases { get; } = Documents.ReadLines("CHANGELOG.md")
        .Select(line => Release().Match(line)).Where(match => match.Success).Select(match => match.Groups["version"].Value)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Returns the operations that break the rule.</summary>
    public static IReadOnlyList<string> FindFaults(Migration migration)
    {
        if (migration.GetType().GetCustomAttribute<ContractStepAttribute>() is not { } step)
            return new MigrationRule(migration).FindFaults();

        return Releases.Contains(step.UnusedSince) ? [] : [$"names {step.UnusedSince}, which was not released"];
    }

    private List<string> FindFaults() => [.. _migration.UpOperations.Select(Explain).OfType<string>()];

    private string? Explain(MigrationOperation operation) => operation switch
    {
        CreateTableOperation or AlterTableOperation or AlterDatabaseOperation or EnsureSchemaOperation or CreateSequenceOperation => null,
        ITableMigrationOperation { Table: var table } when _newTables.Contains(table) => null,
        AddColumnOperation column => column.IsNullable || HasDefault(column)
            ? null
            : $"adds {column.Table}.{column.Name}, which rows of the previous release do not have",
        AlterColumnOperation column => ExplainChange(column),
        CreateIndexOperation index => !index.IsUnique || HasNewOptionalColumn(index.Table, index.Columns)
            ? null
            : $"adds {index.Name}, which may refuse rows of the previous release",
        AddUniqueConstraintOperation key => ExplainConstraint(key.Name, key.Table, key.Columns),
        AddForeignKeyOperation key => ExplainConstraint(key.Name, key.Table, key.Columns),
        InsertDataOperation or DropForeignKeyOperation or DropCheckConstraintOperation => null,
        SqlOperation statement => BreakingStatement().Match(statement.Sql) is { Success: true } match ? $"executes {match.Value}" : null,
        DropIndexOperation index => $"drops {index.Name}, which the previous release may need to be fast",
        DropColumnOperation column => $"drops {column.Table}.{column.Name}",
        RenameColumnOperation column => $"renames {column.Table}.{column.Name}",
        DropTableOperation table => $"drops {table.Name}",
        RenameTableOperation table => $"renames {table.Name}",
        _ => $"has {operation.GetType().Name}, which is not known to be harmless",
    };

    private string? ExplainConstraint(string? name, string table, string[] columns) =>
        HasNewOptionalColumn(table, columns) ? null : $"adds {name}, which may refuse rows of the previous release";

    private static string? ExplainChange(AlterColumnOperation column)
    {
        var former = column.OldColumn;
        if (former.IsNullable && !column.IsNullable)
            return $"makes {column.Table}.{column.Name} required";

        if (HasDefault(former) && !HasDefault(column) && !column.IsNullable)
            return $"takes the default of {column.Table}.{column.Name} away";

        return Holds(column, former) ? null : $"changes {column.Table}.{column.Name} to a type that may not hold its values";
    }

    /// <summary>Returns whether a column holds every value that the former one held, as the same type of .NET.</summary>
    private static bool Holds(ColumnOperation column, ColumnOperation former) =>
        column.ClrType == former.ClrType
        && (column.MaxLength is null || column.MaxLength >= former.MaxLength)
        && (column.ColumnType == former.ColumnType || (IsText(column) && IsText(former)));

    private static bool IsText(ColumnOperation column) =>
        column.ColumnType == "text" || column.ColumnType?.StartsWith("character varying", StringComparison.Ordinal) == true;

    private static bool HasDefault(ColumnOperation column) =>
        column.DefaultValue is not null || column.DefaultValueSql is not null || column.ComputedColumnSql is not null;

    /// <summary>Returns whether a constraint concerns a column that is null in every row of the previous release.</summary>
    private bool HasNewOptionalColumn(string table, string[] columns) =>
        Array.Exists(columns, column => _newOptionalColumns.Contains((table, column)));

    [GeneratedRegex(@"^## \[(?<version>\d+\.\d+\.\d+)\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Release();

    [GeneratedRegex(
        @"\b(DROP|RENAME|TRUNCATE|DELETE|SET\s+NOT\s+NULL|ADD\s+(CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN)|CREATE\s+UNIQUE|TYPE\s+\w+)\b",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex BreakingStatement();
}
