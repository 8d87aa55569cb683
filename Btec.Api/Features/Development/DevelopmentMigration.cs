using Btec.Data;
using Btec.Data.Schema;

namespace Btec.Api.Features.Development;

/// <summary>The one case in which the API migrates: alone in Development, on the SQLite file that it chose itself.</summary>
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
