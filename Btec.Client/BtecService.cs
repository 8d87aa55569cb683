using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Client;

/// <summary>The backend as this service reaches it. Its metadata names addresses for browsers, of which only the paths count here.</summary>
internal sealed class BtecService : IConfigurationRetriever<OpenIdConnectConfiguration>, IDocumentRetriever
{
    public const string HttpClientName = "Btec.Client";

    /// <summary>The longest answer to a question, as requests of callers wait for it. An estimate.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly IHttpClientFactory _clients;

    public BtecService(string name, IHttpClientFactory clients, IOptions<BtecClientOptions> options)
    {
        _clients = clients;
        Address = new Uri($"{(options.Value.AllowHttp == true ? "https+http" : "https")}://{name}");
        Configuration = new ConfigurationManager<OpenIdConnectConfiguration>("/.well-known/openid-configuration", this, this)
        {
            // An unknown key is looked for at most this often, and a revoked one is forgotten within the other time.
            RefreshInterval = TimeSpan.FromSeconds(30),
            AutomaticRefreshInterval = TimeSpan.FromMinutes(5),
        };
    }

    /// <summary>The address, which service discovery resolves.</summary>
    public Uri Address { get; }

    public ConfigurationManager<OpenIdConnectConfiguration> Configuration { get; }

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        var configuration = OpenIdConnectConfiguration.Create(await retriever.GetDocumentAsync(address, cancel));
        var keys = new JsonWebKeySet(await retriever.GetDocumentAsync(GetPath(configuration.JwksUri), cancel));
        configuration.JsonWebKeySet = keys;
        foreach (var key in keys.GetSigningKeys())
            configuration.SigningKeys.Add(key);

        return configuration;
    }

    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        using var client = CreateClient();
        return await client.GetStringAsync(new Uri(address, UriKind.Relative), cancel);
    }

    public HttpClient CreateClient()
    {
        var client = _clients.CreateClient(HttpClientName);
        client.BaseAddress = Address;
        client.Timeout = Timeout;
        return client;
    }

    public static string GetPath(string url) => new Uri(url, UriKind.Absolute).PathAndQuery;
}
