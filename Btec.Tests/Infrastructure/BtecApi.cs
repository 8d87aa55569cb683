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

/// <summary>The API on a real Kestrel with its own database, and a clock that only the test moves.</summary>
public sealed class BtecApi : WebApplicationFactory<AuthError>
{
    /// <summary>The lowest bcrypt cost, so that tests do not spend their time hashing.</summary>
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
        DateTimeOffset? startsAt = null,
        string? connection = null)
    {
        _database = database;
        _ownsDatabase = sharedClock is null;
        Clock = sharedClock ?? new TestClock(startsAt ?? TimeProvider.System.GetUtcNow());
        _environment = environment;
        _addServices = addServices;
        _port = port;
        _settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["ConnectionStrings:btecdb"] = connection ?? database.ConnectionString,
            ["Jwt:SigningKey"] = SigningKey,
            ["Passwords:WorkFactor"] = WorkFactor,
            ["Passkeys:RelyingPartyId"] = PasskeyMoves.RelyingPartyId,
            ["Passkeys:Origins"] = PasskeyMoves.Origin,
            // All test requests come from one address.
            ["RateLimiting:Enabled"] = "false",
            // Some tests tell the statements of one request from those of others by the path in the scope of their lines.
            ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = nameof(LogLevel.Warning),
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            _settings[name] = value;
    }

    /// <summary>The API's signing key, with which tests forge tokens.</summary>
    public static string SigningKey => "nmFkT3x9qTqLrBv0ZxLJw2vQe7uYp1cD";

    /// <summary>The API's clock, which starts at the real time.</summary>
    public FakeTimeProvider Clock { get; }

    public TestDatabase Database => _database;

    public string ConnectionString => _database.ConnectionString;

    public DatabaseKind DatabaseKind => _database.Kind;

    /// <summary>Starts an API for one test. Disposing it also drops the database.</summary>
    /// <param name="settings">Settings by name, which override the defaults of the tests.</param>
    /// <param name="environment">The hosting environment. Only tests about Development or Production pass those.</param>
    /// <param name="migrate"><see langword="true"/> for a migrated database, as the worker leaves it; else it is empty.</param>
    /// <param name="addServices">Services with which a test observes the API. They replace nothing in it.</param>
    /// <param name="startsAt">The initial time of its clock; by default the real time.</param>
    /// <param name="isShared"><see langword="true"/> for an API that all tests share; see <see cref="TestPooler"/>.</param>
    public static async Task<BtecApi> StartAsync(
        DatabaseKind kind,
        IReadOnlyDictionary<string, string?>? settings = null,
        string environment = "Testing",
        bool migrate = true,
        Action<IServiceCollection>? addServices = null,
        DateTimeOffset? startsAt = null,
        bool isShared = false)
    {
        var database = await (migrate ? TestDatabase.CreateMigratedAsync(kind) : TestDatabase.CreateAsync(kind));
        var connection = TestPooler.Serves(kind, isShared) ? await TestPooler.ToSettingAsync(database) : null;
        var api = new BtecApi(database, environment, settings, addServices, startsAt: startsAt, connection: connection);
        api.UseKestrel();
        api.StartServer();
        return api;
    }

    /// <summary>Starts one of several instances that share a database and, if the test wants, a clock. The caller disposes the
    /// database.</summary>
    /// <param name="settings">Settings by name, which override the defaults of the tests.</param>
    /// <param name="port">The port to listen on; 0 picks a free one.</param>
    /// <param name="environment">The hosting environment.</param>
    public static async Task<BtecApi> StartInstanceAsync(
        TestDatabase database,
        FakeTimeProvider clock,
        IReadOnlyDictionary<string, string?>? settings = null,
        int port = 0,
        string environment = "Testing")
    {
        var api = new BtecApi(database, environment, settings, addServices: null, clock, port);
        api.UseKestrel();
        api.StartServer();
        if (!database.IsMigrated)
            await api.MigrateAsync();

        return api;
    }

    /// <summary>Applies the migrations, as the worker does.</summary>
    public async Task MigrateAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DatabaseMigrator>().ApplyAsync(CancellationToken.None);
    }

    /// <summary>Reads or changes the database directly.</summary>
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
        // A setting, because UseKestrel(port) sometimes sets the port after the server has started.
        builder.UseSetting(WebHostDefaults.ServerUrlsKey, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));
        foreach (var (name, value) in _settings)
            builder.UseSetting(name, value);

        builder.ConfigureLogging((context, logging) =>
        {
            // Errors are reported by a provider of logs.
            if (context.Configuration["Sentry:Dsn"] is null)
                logging.ClearProviders();
        });
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            _addServices?.Invoke(services);
        });
    }
}
