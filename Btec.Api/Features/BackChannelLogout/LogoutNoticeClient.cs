using System.Net;
using Btec.Api.Platform.Http;

namespace Btec.Api.Features.BackChannelLogout;

/// <summary>Posts logout tokens to clients (OpenID Connect Back-Channel Logout 1.0 section 2.5). Outside Development it uses https, and
/// connects only to addresses of the public internet. No redirect is followed, and no body is read.</summary>
internal sealed class LogoutNoticeClient(IHostEnvironment environment) : IDisposable
{
    /// <summary>The time limit of one attempt. An estimate: clients end a session and answer.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new(PublicInternet.CreateHandler(environment.IsDevelopment())) { Timeout = s_limit };

    /// <exception cref="HttpRequestException">The token was not accepted.</exception>
    /// <exception cref="OperationCanceledException">There was no answer in time.</exception>
    public async Task PostAsync(string address, string logoutToken, CancellationToken cancellationToken)
    {
        var uri = new Uri(address);
        if (uri.Scheme != Uri.UriSchemeHttps && !environment.IsDevelopment())
            throw new HttpRequestException("The URI is not of https.");

        using var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("logout_token", logoutToken)]),
        };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        // Some frameworks answer 204 in place of 200 (section 2.8).
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NoContent))
            throw new HttpRequestException($"The client answered {(int)response.StatusCode}.");
    }

    public void Dispose() => _http.Dispose();
}
