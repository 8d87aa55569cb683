using System.Net;
using System.Text;
using Btec.Api.Platform.Http;
using Btec.Data.Model;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Webhooks;

/// <summary>Posts events to receivers. It connects only to addresses of the public internet, follows no redirect, and reads little of
/// what comes back.</summary>
internal sealed class WebhookClient(WebhookUrl urls, IOptions<WebhookOptions> options, HostNames hosts, TimeProvider clock) : IDisposable
{
    /// <summary>The time limit of one attempt, from connecting to the end of the answer (Standard Webhooks asks for 15 to 30 seconds).</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>The number of bytes of an answer that are read.</summary>
    private const int MaxRead = 4096;

    private readonly HttpClient _http = new(PublicInternet.CreateHandler(options.Value.AllowPrivateNetworks, hosts.ResolveAsync))
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Makes one attempt.</summary>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    /// <exception cref="OperationCanceledException">There was no answer in time, or the process stops.</exception>
    public async Task<WebhookAnswer> PostAsync(
        string url, string id, DateTimeOffset time, string signature, string body, CancellationToken abort)
    {
        // The rules may be stricter than when the webhook was created.
        if (urls.FindFault(url) is { } fault)
            throw new HttpRequestException(fault);

        using var timeout = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abort);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", FormattableString.Invariant($"{time.ToUnixTimeSeconds()}"));
        request.Headers.Add("webhook-signature", signature);
        request.Headers.Add("User-Agent", "Btec-Webhooks");
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        // The status is the answer: a body that does not end takes nothing from it.
        var text = await ReadAsync(response, either.Token);
        return new WebhookAnswer(response.StatusCode, FindPause(response, time), text);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxRead];
        var length = 0;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            return "";
        }

        var text = Encoding.UTF8.GetString(buffer.AsSpan(0, length));
        return string.Create(Math.Min(text.Length, WebhookDelivery.ResponseMaxLength), text, static (target, source) =>
        {
            for (var index = 0; index < target.Length; index++)
                target[index] = char.IsControl(source[index]) || char.IsSurrogate(source[index]) ? ' ' : source[index];
        });
    }

    private static TimeSpan? FindPause(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - now,
        _ => null,
    };
}

/// <summary>The answer of a receiver.</summary>
/// <param name="Status">The status.</param>
/// <param name="RetryAfter">The time that the receiver asks for.</param>
/// <param name="Text">The beginning of the body.</param>
internal sealed record WebhookAnswer(HttpStatusCode Status, TimeSpan? RetryAfter, string Text)
{
    public bool IsAccepted => (int)Status is >= 200 and <= 299;

    /// <summary>Gets a value indicating whether the receiver wants no more events (Standard Webhooks 1.0.0).</summary>
    public bool IsGone => Status == HttpStatusCode.Gone;
}
