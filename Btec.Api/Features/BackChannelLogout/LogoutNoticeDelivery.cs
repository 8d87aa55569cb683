using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Model;
using Btec.Data.Outbox;

namespace Btec.Api.Features.BackChannelLogout;

/// <summary>Makes one attempt to deliver a claimed notice and records the outcome.</summary>
internal sealed partial class LogoutNoticeDelivery(
    LogoutNoticeQueue queue,
    ClientRegistry clients,
    LogoutTokenIssuer tokens,
    LogoutNoticeClient http,
    LogoutMetrics metrics,
    TimeProvider clock,
    ILogger<LogoutNoticeDelivery> logger)
{
    /// <summary>Makes the attempt.</summary>
    /// <returns><see langword="false"/> if the client did not accept the notice.</returns>
    public async Task<bool> DeliverAsync(LogoutNotice notice, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(notice);
        var client = await clients.FindAsync(notice.ClientId, CancellationToken.None);
        if (client?.BackChannelLogoutUri is not { } address)
        {
            await AbandonAsync(notice, "The client is not told of logouts any more.");
            return true;
        }

        try
        {
            var token = await tokens.IssueAsync(notice, CancellationToken.None);
            await http.PostAsync(address, token, abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            await queue.DeferAsync(notice, clock.GetStoredNow(), error: null, CancellationToken.None);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or UriFormatException)
        {
            await RecordFailureAsync(notice, exception is OperationCanceledException ? "No answer in time." : exception.Message);
            return false;
        }

        metrics.CountSent();
        await queue.MarkSentAsync(notice.Id, CancellationToken.None);
        return true;
    }

    private async Task RecordFailureAsync(LogoutNotice notice, string error)
    {
        metrics.CountFailed();
        if (LogoutNoticeSchedule.FindNext(notice.CreatedAt, notice.Attempts, clock.GetStoredNow()) is not { } next)
        {
            await AbandonAsync(notice, error);
            return;
        }

        await queue.DeferAsync(notice, next, Shorten(error), CancellationToken.None);
        LogDeferred(notice.Id, notice.ClientId, notice.Attempts, error);
    }

    private async Task AbandonAsync(LogoutNotice notice, string error)
    {
        metrics.CountAbandoned();
        await queue.AbandonAsync(notice, Shorten(error), CancellationToken.None);
        LogAbandoned(notice.Id, notice.ClientId, notice.Attempts, error);
    }

    private static string Shorten(string text) =>
        text.Length <= LogoutNotice.LastErrorMaxLength ? text : text[..LogoutNotice.LastErrorMaxLength];

    [LoggerMessage(
        LogLevel.Information, "Logout notice {Id} could not be delivered to client {ClientId} on attempt {Attempt}: {Reason}")]
    private partial void LogDeferred(Guid id, string clientId, int attempt, string reason);

    [LoggerMessage(LogLevel.Warning, "Logout notice {Id} to client {ClientId} was abandoned after attempt {Attempt}: {Reason}")]
    private partial void LogAbandoned(Guid id, string clientId, int attempt, string reason);
}
