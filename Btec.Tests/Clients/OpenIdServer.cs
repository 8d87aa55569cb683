using System.Globalization;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Clients;

/// <summary>An API at a fixed address with clients of every kind.</summary>
public abstract class OpenIdServer(DatabaseKind kind) : IAsyncLifetime
{
    public const string Confidential = "web";
    public const string Public = "phone";
    public const string Machine = "robot";
    public const string Secret = "0123456789abcdef0123456789abcdef0123456789ABCDEF";

    private TestDatabase? _database;
    private BtecApi? _api;

    internal string Issuer { get; } = $"http://127.0.0.1:{FreePort.Find()}";

    internal BtecApi Api => _api!;

    /// <summary>Gets more settings, such as another client; those of the base class end with the number 2.</summary>
    protected virtual IEnumerable<(string Name, string? Value)> Settings => [];

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateMigratedAsync(kind);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["PublicUrl"] = Issuer };
        Add(settings, 0, Confidential, Secret, "authorization_code refresh_token", mayIntrospect: true);
        Add(settings, 1, Public, secret: null, "authorization_code refresh_token");
        Add(settings, 2, Machine, Secret, "client_credentials");
        foreach (var (name, value) in Settings)
            settings[name] = value;

        _api = await BtecApi.StartInstanceAsync(
            _database, new TestClock(), settings, new Uri(Issuer).Port);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_api is not null)
            await _api.DisposeAsync();

        if (_database is not null)
            await _database.DisposeAsync();
    }

    /// <summary>Starts the program, which discovers the server.</summary>
    internal async Task<OpenIdClient> StartClientAsync(string client, string? secret = null, string method = "basic")
    {
        var program = new OpenIdClient(await NodeProgram.StartAsync("openid.mjs"));
        await program.DoAsync(new { @do = "discover", issuer = Issuer, client, secret, method });
        return program;
    }

    /// <summary>Signs a user in in the browser of the program, by default a new one.</summary>
    internal async Task<(string Email, string Subject)> SignInAsync(OpenIdClient client, (string Email, string Subject)? known = null)
    {
        var user = known ?? await RegisterAsync();
        var answer = await client.DoAsync(new { @do = "signIn", email = user.Email, password = ApiMoves.Password });
        Assert.True(answer.GetProperty("status").GetInt32() == 204, answer.GetRawText());
        return user;
    }

    private async Task<(string Email, string Subject)> RegisterAsync()
    {
        var email = ApiMoves.NewEmail();
        var user = await Api.CreateClient().RegisterAsync(email);
        return (email, user.GetProperty("id").GetInt32().ToString(CultureInfo.InvariantCulture));
    }

    private static void Add(
        Dictionary<string, string?> settings, int index, string id, string? secret, string grantTypes, bool mayIntrospect = false)
    {
        var section = $"OAuth:Clients:{index}";
        settings[$"{section}:Id"] = id;
        settings[$"{section}:Name"] = $"The {id}";
        settings[$"{section}:Secret"] = secret;
        settings[$"{section}:GrantTypes"] = grantTypes;
        settings[$"{section}:MayIntrospect"] = mayIntrospect ? "true" : "false";
        if (grantTypes != "client_credentials")
        {
            settings[$"{section}:RedirectUris:0"] = "https://client.example/callback";
            settings[$"{section}:PostLogoutRedirectUris:0"] = "https://client.example/bye";
        }
    }
}
