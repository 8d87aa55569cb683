using Btec.Data;
using Btec.Data.Model;
using Btec.Data.Sqlite;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Btec.Tests.Data;

public sealed class DatabaseRegistrationTests
{
    [Theory]
    [InlineData("postgres://u:p@db/btec", 2)]
    [InlineData("postgres://u:p@db/btec?connect_timeout=15", 15)]
    [InlineData("Host=db;Database=btec", 2)]
    [InlineData("Host=db;Database=btec;Timeout=7", 7)]
    public void A_connection_is_given_up_after_2_s_unless_its_string_says_otherwise(string value, int seconds)
    {
        using var host = CreateHost(value);
        using var scope = host.Services.CreateScope();

        var context = scope.ServiceProvider.GetRequiredService<BtecDbContext>();

        Assert.Equal(seconds, new NpgsqlConnectionStringBuilder(context.Database.GetConnectionString()).Timeout);
    }

    [Theory]
    [InlineData("postgres://u:p@db/btec", "Npgsql.EntityFrameworkCore.PostgreSQL", typeof(BtecDbContext))]
    [InlineData("Data Source=btec.db", "Microsoft.EntityFrameworkCore.Sqlite", typeof(SqliteBtecDbContext))]
    public void The_configuration_chooses_provider_and_context(string value, string provider, Type context)
    {
        using var host = CreateHost(value);
        using var scope = host.Services.CreateScope();

        var database = scope.ServiceProvider.GetRequiredService<BtecDbContext>();

        Assert.Equal(provider, database.Database.ProviderName);
        Assert.IsType(context, database);
    }

    [Theory]
    [InlineData("postgres://u:p@db/btec")]
    [InlineData("Data Source=btec.db")]
    public void Contexts_are_pooled(string value)
    {
        using var host = CreateHost(value);

        Assert.Same(Rent(host.Services), Rent(host.Services));
    }

    private static BtecDbContext Rent(IServiceProvider services)
    {
        using var scope = services.CreateScope();
        return scope.ServiceProvider.GetRequiredService<BtecDbContext>();
    }

    private static Microsoft.Extensions.Hosting.IHost CreateHost(string connectionString)
    {
        var builder = DataLayer.CreateBuilder(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = connectionString });
        builder.AddBtecDatabase();
        return builder.Build();
    }
}
