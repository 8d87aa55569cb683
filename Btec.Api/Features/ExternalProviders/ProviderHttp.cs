using System.Net;
using System.Text.Json;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The requests to providers. Each has a limit of time and of size, and no redirect is followed.</summary>
internal sealed class ProviderHttp : IDisposable
{
    /// <summary>The time limit of a request with its answer. An estimate: a person waits for up to three of them.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The maximum size of an answer, in bytes. An estimate: published keys with certificates have 10 to 20 KB.</summary>
    private const int MaxSize = 256 * 1024;

    private readonly HttpClient _http = new(CreateHandler())
    {
        Timeout = Limit,
        MaxResponseContentBufferSize = MaxSize,
        // GitHub answers no program without a name.
        DefaultRequestHeaders = { { "User-Agent", "btec" }, { "Accept", "application/json" } },
    };

    /// <summary>Sends a request.</summary>
    /// <returns>The status and the body.</returns>
    /// <exception cref="ProviderUnavailableException">There was no answer in time, or it was too large, a redirect or a fault of the
    /// server.</exception>
    public async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            if ((int)response.StatusCode is (>= 300 and < 400) or 429 or >= 500)
                throw new ProviderUnavailableException($"{request.RequestUri!.Host} answered {(int)response.StatusCode}.");

            return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (Exception exception) when (IsOutage(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw new ProviderUnavailableException($"{request.RequestUri!.Host} gave no answer that can be read.", exception);
        }
    }

    /// <summary>Sends a request whose answer is a JSON object.</summary>
    /// <returns>The object, or <see langword="null"/> if the request was refused.</returns>
    /// <exception cref="ProviderUnavailableException">There was no such answer.</exception>
    public async Task<JsonElement?> FindJsonAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (status, body) = await SendAsync(request, cancellationToken);
        if (status != HttpStatusCode.OK)
            return null;

        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException exception)
        {
            throw new ProviderUnavailableException($"{request.RequestUri!.Host} answered something else than JSON.", exception);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Returns whether an exception is a fault of the other side. A charset that does not exist is one, too.</summary>
    private static bool IsOutage(Exception exception) =>
        exception is HttpRequestException or OperationCanceledException or IOException or InvalidOperationException;

    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        Credentials = null,
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
}
