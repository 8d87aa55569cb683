using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

/// <summary>A load of simulated users who register, log in, read, refresh, log out and change their passwords through several
/// APIs, and retry what fails. It records every response.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private const int Users = 12;

    /// <summary>The pause between two requests of a user, chosen so that two busy cores can carry the load.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    private readonly HttpClient[] _apis;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _runs;
    private int _requests;

    private SteadyLoad(HttpClient[] apis)
    {
        _apis = apis;
        _runs = Task.WhenAll(Enumerable.Range(0, Users).Select(_ => Task.Run(RunAsync)));
    }

    /// <summary>All requests so far, with their responses.</summary>
    public ConcurrentQueue<LoadAnswer> Answers { get; } = new();

    /// <summary>Violations of the contract.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>Changes that took effect although no response confirmed them.</summary>
    public ConcurrentQueue<string> UnconfirmedChanges { get; } = new();

    /// <summary>The users whose registration was confirmed.</summary>
    public ConcurrentQueue<LoadUser> Registered { get; } = new();

    public static SteadyLoad Start(params HttpClient[] apis) => new(apis);

    /// <summary>Lets the load run for a time.</summary>
    public static Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);

    /// <summary>Lets the users finish, and checks that there were no violations and that all confirmed changes have taken
    /// effect.</summary>
    public async Task FinishAsync(HttpClient api)
    {
        await StopAsync();
        Assert.True(Violations.IsEmpty, string.Join('\n', Violations.Take(10)));
        Assert.NotEmpty(Registered);
        await Parallel.ForEachAsync(
            Registered, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (user, _) => await user.AssertConfirmedChangesAsync(api));
    }

    /// <summary>Lets the users finish.</summary>
    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await _runs;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
    }

    /// <summary>Sends a request to alternating APIs until there is a conclusive response.</summary>
    public async Task<LoadAnswer> AskAsync(LoadStep step)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            await Task.Delay(Pause, CancellationToken.None);
            var answer = await SendAsync(step, _apis[Interlocked.Increment(ref _requests) % _apis.Length]);
            Answers.Enqueue(answer);
            step.Attempts.Add(answer);
            if (!answer.IsInconclusive)
                return answer;

            if (Stopwatch.GetElapsedTime(started) > Eventually.Limit)
                throw new TimeoutException($"No conclusive response: {answer}");

            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_end.IsCancellationRequested)
                await new LoadUser(this).RunAsync(_end.Token);
        }
        catch (Exception exception)
        {
            Violations.Enqueue(exception.ToString());
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

/// <summary>One step of a user.</summary>
internal sealed record LoadStep(string Name, HttpMethod Method, string Path, string? AccessToken = null, Func<HttpContent>? MakeContent = null)
{
    /// <summary>The attempts so far.</summary>
    public List<LoadAnswer> Attempts { get; } = [];
}
