using Btec.Data;
using Btec.Data.Schema;

namespace Btec.Api.Features.Development;

/// <summary>The migration of the SQLite file that the API uses in Development when no database is configured. In every other case
/// the migration service migrates.</summary>
internal static class DevelopmentMigration
{
    public static async Task MigrateOwnFileAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (!app.Services.GetRequiredService<DatabaseTarget>().IsOwnFile)
            return;

        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DatabaseMigrator>().ApplyAsync(CancellationToken.None);
    }
}
