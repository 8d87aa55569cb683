using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.HighAvailability;

/// <summary>Logins of several users, each from an address of its own, through several APIs, as fast as they are answered.</summary>
internal sealed class LoginStorm : IAsyncDisposable
{
    private const int Users = 8;

    private readonly ConcurrentQueue<(long SentAt, TimeSpan Latency, HttpStatusCode Status)> _answers = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _runs;

    private LoginStorm(IReadOnlyList<HttpClient> apis) =>
        _runs = Task.WhenAll(Enumerable.Range(0, Users).Select(user => RunAsync(apis, user)));

    public static LoginStorm Start(params IReadOnlyList<HttpClient> apis) => new(apis);

    /// <summary>Ends the storm, and checks that every login succeeded, and that none waited for Redis longer than it may.</summary>
    public async Task AssertServedAsync(long killed)
    {
        await _end.CancelAsync();
        await _runs;
        var failed = _answers.Where(answer => answer.Status != HttpStatusCode.OK).ToList();
        foreach (var part in _answers.GroupBy(answer => answer.SentAt < killed))
        {
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"Logins {(part.Key ? "before" : "after")} the kill: {LoadFigures.Describe(part.Select(answer => answer.Latency))}");
        }

        Assert.True(failed.Count == 0, string.Join(", ", failed.CountBy(answer => answer.Status)));
        Assert.All(_answers, answer => Assert.True(answer.Latency < TimeSpan.FromSeconds(2), $"{answer.Latency}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _runs;
        _end.Dispose();
    }

    private async Task RunAsync(IReadOnlyList<HttpClient> apis, int user)
    {
        var email = ApiMoves.NewEmail();
        await apis[0].RegisterAsync(email);
        for (var round = user; !_end.IsCancellationRequested; round++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login");
            request.Content = new FormUrlEncodedContent([new("username", email), new("password", ApiMoves.Password)]);
            request.Headers.Add("X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"198.18.{user}.{round % 250}"));
            var sentAt = Stopwatch.GetTimestamp();
            using var response = await apis[round % apis.Count].SendAsync(request, CancellationToken.None);
            _answers.Enqueue((sentAt, Stopwatch.GetElapsedTime(sentAt), response.StatusCode));
        }
    }
}
