using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Data.Retention;
using Btec.Data.Schema;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Btec.Tests.Infrastructure;

/// <summary>The data layer as the API and the worker register it, without running either of them.</summary>
public static class DataLayer
{
    /// <summary>Creates the builder of a host that is never started, but provides services and an environment.</summary>
    public static HostApplicationBuilder CreateBuilder(
        IReadOnlyDictionary<string, string?> settings, string environment = "Testing", string? folder = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = environment, ContentRootPath = folder ?? Path.GetTempPath() });
        foreach (var (name, value) in settings)
            builder.Configuration[name] = value;

        return builder;
    }

    public static async Task<T> WithContextAsync<T>(this TestDatabase database, Func<IServiceProvider, Task<T>> use)
    {
        ArgumentNullException.ThrowIfNull(use);
        var builder = CreateBuilder(database.ToSettings());
        builder.AddBtecDatabase();
        builder.Services.AddAccountData().AddAuditTrail().AddRetention();
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();
        return await use(scope.ServiceProvider);
    }

    public static Task<T> WithContextAsync<T>(this TestDatabase database, Func<BtecDbContext, Task<T>> use)
    {
        ArgumentNullException.ThrowIfNull(use);
        return database.WithContextAsync(services => use(services.GetRequiredService<BtecDbContext>()));
    }

    /// <summary>Applies the migrations, as the worker does.</summary>
    public static Task MigrateAsync(this TestDatabase database) => database.WithContextAsync(async services =>
    {
        await services.GetRequiredService<DatabaseMigrator>().ApplyAsync(TestContext.Current.CancellationToken);
        return true;
    });
}
