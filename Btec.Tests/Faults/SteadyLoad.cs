using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

/// <summary>People who register, log in, read, refresh, log out and change their passwords, through any of several APIs, and who try
/// again what was not answered. It records every answer, and what was promised.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private const int People = 12;

    /// <summary>Between two requests of a person: a load that two busy cores carry.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    private readonly HttpClient[] _apis;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _people;
    private int _requests;

    private SteadyLoad(HttpClient[] apis)
    {
        _apis = apis;
        _people = Task.WhenAll(Enumerable.Range(0, People).Select(_ => Task.Run(LiveAsync)));
    }

    /// <summary>Everything that was asked so far.</summary>
    public ConcurrentQueue<LoadAnswer> Answers { get; } = new();

    /// <summary>Whatever is not as promised.</summary>
    public ConcurrentQueue<string> Broken { get; } = new();

    /// <summary>What was done, as turned out later, though no answer came.</summary>
    public ConcurrentQueue<string> Unheard { get; } = new();

    /// <summary>Everybody who was told that they are registered.</summary>
    public ConcurrentQueue<LoadPerson> Registered { get; } = new();

    public static SteadyLoad Start(params HttpClient[] apis) => new(apis);

    /// <summary>Lets it go on for a time.</summary>
    public static Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);

    /// <summary>Lets everybody finish what they are about, and checks that all went by the rules and all that was promised is so.</summary>
    public async Task FinishAsync(HttpClient api)
    {
        await _end.CancelAsync();
        await _people;
        Assert.True(Broken.IsEmpty, string.Join('\n', Broken.Take(10)));
        Assert.NotEmpty(Registered);
        await Parallel.ForEachAsync(
            Registered, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (person, _) => await person.AssertKeptAsync(api));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _people;
        _end.Dispose();
    }

    /// <summary>Asks, now here, now there, until there is an answer that settles it.</summary>
    public async Task<LoadAnswer> AskAsync(LoadStep step)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            await Task.Delay(Pause, CancellationToken.None);
            var answer = await SendAsync(step, _apis[Interlocked.Increment(ref _requests) % _apis.Length]);
            Answers.Enqueue(answer);
            step.Attempts.Add(answer);
            if (!answer.IsOpen)
                return answer;

            if (Stopwatch.GetElapsedTime(started) > Eventually.Limit)
                throw new TimeoutException($"No answer: {answer}");

            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        }
    }

    private async Task LiveAsync()
    {
        try
        {
            while (!_end.IsCancellationRequested)
                await new LoadPerson(this).LiveAsync(_end.Token);
        }
        catch (Exception exception)
        {
            Broken.Enqueue(exception.ToString());
        }
    }

    private static async Task<LoadAnswer> SendAsync(LoadStep step, HttpClient api)
    {
        using var request = new HttpRequestMessage(step.Method, step.Path) { Content = step.MakeContent?.Invoke() };
        if (step.AccessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", step.AccessToken);

        var sentAt = Stopwatch.GetTimestamp();
        try
        {
            using var response = await api.SendAsync(request, CancellationToken.None);
            var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
            return new LoadAnswer(
                step.Name, api, sentAt, Stopwatch.GetElapsedTime(sentAt), (int)response.StatusCode,
                text.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(text) : null, response.Headers.RetryAfter?.Delta, Failure: null);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return new LoadAnswer(step.Name, api, sentAt, Stopwatch.GetElapsedTime(sentAt), 0, Body: null, RetryAfter: null, exception);
        }
    }
}

/// <summary>Something that a person asks for.</summary>
internal sealed record LoadStep(string Name, HttpMethod Method, string Path, string? AccessToken = null, Func<HttpContent>? MakeContent = null)
{
    /// <summary>What came of it so far.</summary>
    public List<LoadAnswer> Attempts { get; } = [];
}
