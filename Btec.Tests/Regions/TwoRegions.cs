using System.Globalization;
using Btec.Tests.Faults;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Regions;

/// <summary>The home region with PostgreSQL and an API, and the far region, in which this process is and an API that uses the same database.
/// <c>scripts/regions/region.sh</c> runs the first within the namespaces of <c>scripts/regions/run.sh</c>.</summary>
internal sealed class TwoRegions : IAsyncDisposable
{
    /// <summary>The delay of each direction, in milliseconds: a round trip takes 80 ms, as between Europe and the east of North
    /// America.</summary>
    public const int Delay = 40;

    /// <summary>The client of services that introspect tokens.</summary>
    public const string Introspector = "orders";

    /// <summary>Its secret.</summary>
    public const string IntrospectorSecret = "a-secret-of-the-orders-service-1234567890";

    private const string Script = "scripts/regions/region.sh";
    private const string HomeAddress = "10.112.0.1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-regions-");
    private BtecProcess? _farProcess;

    private TwoRegions()
    {
    }

    public TestDatabase Database { get; } = TestDatabase.Of($"Host={HomeAddress};Username=btec;Database=btec");

    /// <summary>The address of the API in the home region.</summary>
    public static string HomeUrl => $"http://{HomeAddress}:5080";

    /// <summary>The API in the home region, called from the far one.</summary>
    public HttpClient HomeApi { get; } = new() { BaseAddress = new Uri(HomeUrl), Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>The API in the far region.</summary>
    public HttpClient FarApi { get; private set; } = null!;

    /// <summary>Starts both regions, and sends both APIs a request of every kind.</summary>
    public static async Task<TwoRegions> StartAsync()
    {
        var regions = new TwoRegions();
        try
        {
            await regions.RunAsync("up");
            await regions.Database.MigrateAsync();
            var settings = regions.ToSettings();
            await ShellScript.RunAsync(
                Script, ["api", regions._folder.FullName, Path.Combine(AppContext.BaseDirectory, "Btec.Api.dll")], settings);
            regions._farProcess = BtecProcess.StartApi(settings);
            regions.FarApi = await TwoApis.ConnectAsync(regions._farProcess);
            await Eventually.IsTrueAsync(regions.AnswersAsync, "the home API answers");
            await Task.WhenAll(TwoApis.WarmAsync(regions.HomeApi), TwoApis.WarmAsync(regions.FarApi));
            return regions;
        }
        catch
        {
            await regions.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns the settings of APIs and workers.</summary>
    public IReadOnlyDictionary<string, string?> ToSettings() => TwoApis.ToSettings(
        Database, ("Jwt:Algorithm", "ES256"), ("OAuth:Clients:0:Id", Introspector), ("OAuth:Clients:0:Secret", IntrospectorSecret),
        ("OAuth:Clients:0:MayIntrospect", "true"), ("OAuth:Clients:0:GrantTypes:0", "client_credentials"));

    /// <summary>Lets each direction of the link take a time.</summary>
    public Task DelayAsync(int milliseconds) => SetLinkAsync(milliseconds.ToString(CultureInfo.InvariantCulture));

    /// <summary>Lets the link lose everything.</summary>
    public Task CutAsync() => SetLinkAsync("cut");

    public async ValueTask DisposeAsync()
    {
        HomeApi.Dispose();
        FarApi?.Dispose();
        if (_farProcess is not null)
            await _farProcess.DisposeAsync();

        await RunAsync("down");
        _folder.Delete(recursive: true);
    }

    private async Task SetLinkAsync(string state)
    {
        await RunAsync("link", state);
        // The link looks for it every 20 ms, and packets are on the way.
        await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
    }

    private Task<string> RunAsync(string command, params string[] arguments) =>
        ShellScript.RunAsync(Script, [command, _folder.FullName, .. arguments]);

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var alive = await HomeApi.GetAsync("/api/health", accessToken: null);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
