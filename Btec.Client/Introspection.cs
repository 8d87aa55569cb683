using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Btec.Client;

/// <summary>Asks the backend whether tokens are active (RFC 7662), and remembers the answers for some seconds.</summary>
internal sealed class Introspection(BtecService service, IOptions<BtecClientOptions> options) : IDisposable
{
    /// <summary>The number of answers that are kept, each below a kilobyte. An estimate.</summary>
    private const int MaxAnswers = 10_000;

    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = MaxAnswers });

    public bool IsEnabled => !string.IsNullOrEmpty(options.Value.IntrospectionClientId);

    /// <summary>Returns what is known about an active token, or <see langword="null"/> if it is not active.</summary>
    /// <exception cref="HttpRequestException">The backend did not answer.</exception>
    public async Task<IntrospectedToken?> FindAsync(string token, CancellationToken cancellationToken)
    {
        var key = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        if (_answers.TryGetValue(key, out IntrospectedToken? known))
            return known is { Active: true } ? known : null;

        using var activity = BtecTelemetry.Activities.StartActivity("btec.introspect");
        var answer = await AskAsync(token, cancellationToken);
        if (options.Value.IntrospectionCache > TimeSpan.Zero)
        {
            _answers.Set(
                key, answer, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = options.Value.IntrospectionCache });
        }

        return answer.Active ? answer : null;
    }

    public void Dispose() => _answers.Dispose();

    private async Task<IntrospectedToken> AskAsync(string token, CancellationToken cancellationToken)
    {
        var metadata = await service.Configuration.GetConfigurationAsync(cancellationToken);
        using var client = service.CreateClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(BtecService.GetPath(metadata.IntrospectionEndpoint), UriKind.Relative));
        request.Content = new FormUrlEncodedContent([KeyValuePair.Create("token", token)]);
        // RFC 6749 section 2.3.1: both are form-urlencoded first.
        var credentials = $"{Uri.EscapeDataString(options.Value.IntrospectionClientId!)}:"
            + Uri.EscapeDataString(options.Value.IntrospectionClientSecret!);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        using var response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<IntrospectedToken>(cancellationToken))!;
    }
}

/// <summary>The answer of an introspection.</summary>
internal sealed record IntrospectedToken(bool Active, IReadOnlyList<string>? Roles);
