using System.Globalization;
using Btec.Api.Platform.Errors;
using Btec.Data.Model;
using Btec.Data.Schema;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.Infrastructure;

/// <summary>The API on a real Kestrel and a database of its own, with a clock that stands still until told.</summary>
public sealed class BtecApi : WebApplicationFactory<AuthError>
{
    /// <summary>The lowest cost there is: tests would otherwise spend their time on hashing.</summary>
    private const string WorkFactor = "4";

    private readonly TestDatabase _database;
    private readonly bool _ownsDatabase;
    private readonly string _environment;
    private readonly Dictionary<string, string?> _settings;
    private readonly Action<IServiceCollection>? _addServices;
    private readonly int _port;

    private BtecApi(
        TestDatabase database,
        string environment,
        IReadOnlyDictionary<string, string?>? settings,
        Action<IServiceCollection>? addServices,
        FakeTimeProvider? sharedClock = null,
        int port = 0,
        DateTimeOffset? startsAt = null)
    {
        _database = database;
        _ownsDatabase = sharedClock is null;
        Clock = sharedClock ?? new FakeTimeProvider(startsAt ?? TimeProvider.System.GetUtcNow());
        _environment = environment;
        _addServices = addServices;
        _port = port;
        _settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["ConnectionStrings:btecdb"] = database.ConnectionString,
            ["Jwt:SigningKey"] = SigningKey,
            ["Passwords:WorkFactor"] = WorkFactor,
            // One address asks thousands of times.
            ["RateLimiting:Enabled"] = "false",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            _settings[name] = value;
    }

    /// <summary>The key of the API, with which tests make tokens as good as its own.</summary>
    public static string SigningKey => "nmFkT3x9qTqLrBv0ZxLJw2vQe7uYp1cD";

    /// <summary>The clock of this API; it starts at the real time.</summary>
    public FakeTimeProvider Clock { get; }

    public TestDatabase Database => _database;

    public string ConnectionString => _database.ConnectionString;

    public DatabaseKind DatabaseKind => _database.Kind;

    /// <summary>Starts an API of its own for one test. It disposes the database with itself.</summary>
    /// <param name="kind">The database.</param>
    /// <param name="settings">Settings by name, over those of the tests.</param>
    /// <param name="environment">Neither Development nor Production, unless a test is about them.</param>
    /// <param name="migrate">Whether the schema is brought up first, as the worker would.</param>
    /// <param name="addServices">What a test adds to look inside; nothing of the API is replaced by it.</param>
    /// <param name="startsAt">What its clock shows first, if not the real time.</param>
    public static async Task<BtecApi> StartAsync(
        DatabaseKind kind,
        IReadOnlyDictionary<string, string?>? settings = null,
        string environment = "Testing",
        bool migrate = true,
        Action<IServiceCollection>? addServices = null,
        DateTimeOffset? startsAt = null)
    {
        var api = new BtecApi(await TestDatabase.CreateAsync(kind), environment, settings, addServices, startsAt: startsAt);
        api.UseKestrel();
        api.StartServer();
        if (migrate)
            await api.MigrateAsync();

        return api;
    }

    /// <summary>Starts one of several instances on one database, with a clock that they may share. It leaves the database to the
    /// caller.</summary>
    /// <param name="database">The database.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="settings">Settings by name, over those of the tests.</param>
    /// <param name="port">The port, else any that is free.</param>
    public static async Task<BtecApi> StartInstanceAsync(
        TestDatabase database, FakeTimeProvider clock, IReadOnlyDictionary<string, string?>? settings = null, int port = 0)
    {
        var api = new BtecApi(database, "Testing", settings, addServices: null, clock, port);
        api.UseKestrel();
        api.StartServer();
        await api.MigrateAsync();
        return api;
    }

    /// <summary>Brings the schema up, as the worker does.</summary>
    public async Task MigrateAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DatabaseMigrator>().ApplyAsync(CancellationToken.None);
    }

    /// <summary>Looks at, or changes, what the API has no route for.</summary>
    public async Task<T> WithDatabaseAsync<T>(Func<BtecDbContext, Task<T>> use)
    {
        ArgumentNullException.ThrowIfNull(use);
        await using var scope = Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<BtecDbContext>());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_ownsDatabase)
            await _database.DisposeAsync();

        GC.SuppressFinalize(this);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseEnvironment(_environment);
        // As a setting: UseKestrel(port) would set it on a server that, at times, has started already.
        builder.UseSetting(WebHostDefaults.ServerUrlsKey, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));
        foreach (var (name, value) in _settings)
            builder.UseSetting(name, value);

        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            _addServices?.Invoke(services);
        });
    }
}
