using Testcontainers.PostgreSql;

namespace Btec.Tests.Infrastructure;

/// <summary>The PostgreSQL server on which tests create their databases: <c>BTEC_TEST_POSTGRES</c>, else one from the installed
/// server programs, else a container. It starts on first use.</summary>
public static class PostgresServer
{
    private const string Setting = "BTEC_TEST_POSTGRES";
    private static readonly Lazy<Task<PostgresAddress>> Server = new(FindAsync);
    private static Func<Task>? s_stop;

    /// <summary>Returns the address of the server, or why there is none.</summary>
    public static Task<PostgresAddress> GetAsync() => Server.Value;

    /// <summary>Stops the server if it was started from the installed programs. Containers are removed by
    /// Testcontainers.</summary>
    public static async Task StopAsync()
    {
        if (Interlocked.Exchange(ref s_stop, null) is { } stop)
            await stop();
    }

    private static async Task<PostgresAddress> FindAsync()
    {
        if (Environment.GetEnvironmentVariable(Setting) is { Length: > 0 } configured)
            return new PostgresAddress(configured, Reason: null);

        var reasons = new List<string> { $"{Setting} is not set" };
        if (InstalledPostgres.FindPrograms() is { } programs)
            return new PostgresAddress(await StartInstalledAsync(programs), Reason: null);

        reasons.Add("initdb and postgres are not installed");
        try
        {
            var container = new PostgreSqlBuilder("docker.io/library/postgres:18.3").Build();
            await container.StartAsync();
            return new PostgresAddress(container.GetConnectionString(), Reason: null);
        }
        catch (Exception exception)
        {
            reasons.Add($"no container runtime answers ({exception.GetBaseException().Message.Split('\n')[0]})");
        }

        return new PostgresAddress(AdminConnectionString: null, $"PostgreSQL: {string.Join(", ", reasons)}");
    }

    private static async Task<string> StartInstalledAsync(string programs)
    {
        var folder = Directory.CreateTempSubdirectory("btec-tests-postgres-");
        var server = await InstalledPostgres.CreateAsync(programs, folder.FullName);
        s_stop = async () =>
        {
            await server.StopAsync();
            server.Dispose();
            folder.Delete(recursive: true);
        };
        await server.StartAsync("max_connections=300", "fsync=off");
        return server.ConnectionString;
    }
}

/// <summary>The address of the PostgreSQL server, or the reason why there is none.</summary>
/// <param name="AdminConnectionString">The connection string of a role that may create databases, or
/// <see langword="null"/>.</param>
/// <param name="Reason">The reason why there is no server, or <see langword="null"/>.</param>
public sealed record PostgresAddress(string? AdminConnectionString, string? Reason);
