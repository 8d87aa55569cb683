using Btec.Tests.Infrastructure;

namespace Btec.Tests.ExternalProviders;

/// <summary>An API with several providers, for the tests of one class, which run one after another.</summary>
public abstract class ExternalApi(DatabaseKind kind) : SharedApi(kind)
{
    /// <summary>A provider whose addresses are trusted, and at which people may register.</summary>
    public const string Trusted = "trusted";

    /// <summary>A provider whose addresses are not trusted, and at which people may register.</summary>
    public const string Untrusted = "untrusted";

    /// <summary>A provider at which nobody may register.</summary>
    public const string Closed = "closed";

    /// <summary>A provider that names itself in its answers (RFC 9207).</summary>
    public const string Strict = "strict";

    public const string GitHub = "hub";

    public const string RedirectUri = "https://app.example.com/callback?tenant=1";

    /// <summary>The registration mode.</summary>
    protected virtual string Mode => "open";

    internal HostileProvider Provider { get; private set; } = null!;

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        if (Provider is not null)
            await Provider.DisposeAsync();
    }

    protected override async Task<BtecApi> StartAsync()
    {
        Provider = await HostileProvider.StartAsync();
        var api = await BtecApi.StartAsync(Kind, Settings(Provider, Mode));
        Provider.Clock = api.Clock;
        return api;
    }

    internal static Dictionary<string, string?> Settings(HostileProvider provider, string mode)
    {
        var settings = new Dictionary<string, string?>(AccountMoves.RegistrationSettings(mode), StringComparer.Ordinal)
        {
            ["External:RedirectUris:0"] = RedirectUri,
            ["External:Providers:0:Name"] = Trusted,
            ["External:Providers:0:DisplayName"] = "Trusted Inc.",
            ["External:Providers:1:Name"] = Untrusted,
            ["External:Providers:2:Name"] = Closed,
            ["External:Providers:3:Name"] = Strict,
            ["External:Providers:4:Name"] = GitHub,
            ["External:Providers:4:Kind"] = "github",
            ["External:Providers:4:AuthorizationEndpoint"] = $"{provider.Root}/hub/authorize",
            ["External:Providers:4:TokenEndpoint"] = $"{provider.Root}/hub/token",
            ["External:Providers:4:ApiUrl"] = $"{provider.Root}/hub",
        };
        foreach (var (name, index) in new[] { Trusted, Untrusted, Closed, Strict, GitHub }.Select((name, index) => (name, index)))
        {
            settings[$"External:Providers:{index}:Issuer"] = $"{provider.Root}/{name}";
            settings[$"External:Providers:{index}:ClientId"] = HostileProvider.ClientId;
            settings[$"External:Providers:{index}:ClientSecret"] = HostileProvider.Secret;
            settings[$"External:Providers:{index}:TrustEmail"] = name == Untrusted ? "false" : "true";
            settings[$"External:Providers:{index}:AllowRegistration"] = name == Closed ? "false" : "true";
        }

        return settings;
    }
}

public sealed class SqliteExternalApi() : ExternalApi(DatabaseKind.Sqlite);

public sealed class PostgresExternalApi() : ExternalApi(DatabaseKind.Postgres);
