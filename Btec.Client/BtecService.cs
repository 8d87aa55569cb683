using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Client;

/// <summary>The backend as this service reaches it. Its metadata names addresses for browsers, of which only the paths count here.</summary>
internal sealed class BtecService : IConfigurationRetriever<OpenIdConnectConfiguration>, IDocumentRetriever
{
    public const string HttpClientName = "Btec.Client";

    /// <summary>The time after which callers may try again while the backend does not answer, in seconds.</summary>
    public const int RetryAfterSeconds = 5;

    /// <summary>The longest answer to a question, as requests of callers wait for it. An estimate.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The time for which an attempt that failed counts, so that of many requests only one waits for the next. An estimate.</summary>
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(RetryAfterSeconds);

    private readonly IHttpClientFactory _clients;
    private readonly TimeProvider _clock;
    private volatile Failure? _lastFailure;

    public BtecService(string name, IHttpClientFactory clients, IOptions<BtecClientOptions> options, TimeProvider clock)
    {
        (_clients, _clock) = (clients, clock);
        Address = new Uri($"{(options.Value.AllowHttp == true ? "https+http" : "https")}://{name}");
        Configuration = new ConfigurationManager<OpenIdConnectConfiguration>("/.well-known/openid-configuration", this, this)
        {
            // An unknown key is looked for at most this often, and a revoked one is forgotten within the other time.
            RefreshInterval = TimeSpan.FromSeconds(30),
            AutomaticRefreshInterval = TimeSpan.FromMinutes(5),
            // It would accept a revoked key for an hour more. While nothing can be read, what was read last counts anyway.
            UseLastKnownGoodConfiguration = false,
        };
    }

    /// <summary>The address, which service discovery resolves.</summary>
    public Uri Address { get; }

    /// <summary>Gets a value indicating whether the metadata could not be read the last time: a key that is unknown may exist.</summary>
    public bool IsUnreachable => _lastFailure is not null;

    /// <summary>Gets a value indicating whether the metadata has been read since the start.</summary>
    public bool WasReached { get; private set; }

    public ConfigurationManager<OpenIdConnectConfiguration> Configuration { get; }

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        if (_lastFailure is { } failure && _clock.GetElapsedTime(failure.At) < FailurePause)
            throw new HttpRequestException("The backend did not answer some seconds ago.", failure.Exception);

        try
        {
            var configuration = await ReadAsync(address, retriever, cancel);
            (_lastFailure, WasReached) = (null, true);
            return configuration;
        }
        catch (Exception exception)
        {
            _lastFailure = new Failure(_clock.GetTimestamp(), exception);
            throw;
        }
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

    private static async Task<OpenIdConnectConfiguration> ReadAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        var configuration = OpenIdConnectConfiguration.Create(await retriever.GetDocumentAsync(address, cancel));
        var keys = new JsonWebKeySet(await retriever.GetDocumentAsync(GetPath(configuration.JwksUri), cancel));
        configuration.JsonWebKeySet = keys;
        foreach (var key in keys.GetSigningKeys())
            configuration.SigningKeys.Add(key);

        return configuration;
    }

    private sealed record Failure(long At, Exception Exception);
}
