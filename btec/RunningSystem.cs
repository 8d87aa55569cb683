using System.Net;

namespace Btec.Commands;

/// <summary>A system that has been started: waits until it is healthy, says where it is, and stops it on Ctrl-C.</summary>
internal sealed class RunningSystem(string name, Child child, ChildLog log, int port, AppHostOutput? appHost = null)
{
    /// <summary>The first start on PostgreSQL pulls its image, some 160 MB.</summary>
    private static readonly TimeSpan _startLimit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(300);

    private readonly Uri _api = new($"http://localhost:{port}");

    public async Task<int> ServeAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await Progress.ShowAsync("starting", progress => WaitUntilHealthyAsync(progress, cancellationToken), healthy => healthy ? "healthy" : "failed"))
            {
                log.Open();
                await Console.Error.WriteLineAsync(child.HasExited
                    ? $"btec: {name} ended before the system was healthy."
                    : $"btec: the system was not healthy within {_startLimit.TotalMinutes:0} minutes.");
                return 1;
            }

            Banner.Show(_api, appHost?.Dashboard);
            log.Open();
            var exitCode = await child.WaitAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            await Console.Error.WriteLineAsync($"btec: {name} ended by itself, with exit code {exitCode}.");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.Close();
            await Progress.ShowAsync("stopping", async _ => { await child.StopAsync(); return "stopped"; }, outcome => outcome);
            throw;
        }
    }

    private async Task<bool> WaitUntilHealthyAsync(Progress progress, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_startLimit);

        // A proxy of the environment is not asked for this machine.
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler) { BaseAddress = _api };
        try
        {
            while (!child.HasExited)
            {
                var answer = await AskAsync(client, limit.Token);
                if (answer is HttpStatusCode.OK)
                    return true;

                progress.At(answer is null ? appHost?.LastChange ?? "" : $"the API answers {(int)answer}");
                if (appHost is { Dashboard: { } dashboard } && appHost.TakeFailed() is { } failed)
                    progress.WriteLine($"  {failed} did not start. The dashboard says why, and can start it again: {dashboard}");

                await Task.Delay(_pause, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The limit is over.
        }

        return false;
    }

    private static async Task<HttpStatusCode?> AskAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/api/health", UriKind.Relative), cancellationToken);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
