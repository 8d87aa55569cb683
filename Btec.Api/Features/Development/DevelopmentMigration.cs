using Btec.Data;
using Btec.Data.Schema;

namespace Btec.Api.Features.Development;

/// <summary>The only migration that the API runs itself: in Development, on its default SQLite file.</summary>
public static class DevelopmentMigration
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
