using System.Collections.Concurrent;
using Btec.Data.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Infrastructure;

/// <summary>The migrated databases, one of each kind, of which tests get copies. They are made on first use: applying the migrations
/// takes many times as long as a copy.</summary>
internal static class MigratedTemplate
{
    private static readonly Lazy<Task<TestDatabase>> Sqlite = new(() => MakeAsync(DatabaseKind.Sqlite));
    private static readonly Lazy<Task<TestDatabase>> Postgres = new(() => MakeAsync(DatabaseKind.Postgres));
    private static readonly ConcurrentBag<TestDatabase> Made = [];

    public static Task<TestDatabase> GetAsync(DatabaseKind kind) => (kind == DatabaseKind.Sqlite ? Sqlite : Postgres).Value;

    /// <summary>Drops what was made.</summary>
    public static async Task DropAsync()
    {
        while (Made.TryTake(out var template))
            await template.DisposeAsync();
    }

    private static async Task<TestDatabase> MakeAsync(DatabaseKind kind)
    {
        // PostgreSQL copies no database that has connections, and a file is complete once they are closed.
        var template = await TestDatabase.CreateAsync(kind, pooling: false);
        Made.Add(template);
        // The test that happens to be the first may be canceled.
        return await template.WithContextAsync(async services =>
        {
            await services.GetRequiredService<DatabaseMigrator>().ApplyAsync(CancellationToken.None);
            return template;
        });
    }
}
