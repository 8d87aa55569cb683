using System.Net;
using System.Text.RegularExpressions;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

/// <summary>Password recovery with the API killed at each step. The next process continues from the database.</summary>
[Collection(FaultCollection.Name)]
public abstract class RecoveryCrashTests(DatabaseKind kind)
{
    private const string ResetPage = "reset-password#token=";

    public sealed class OnSqlite() : RecoveryCrashTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : RecoveryCrashTests(DatabaseKind.Postgres);

    [Fact]
    public async Task A_crash_at_any_step_of_a_recovery_loses_nothing_and_repeats_nothing()
    {
        await using var inbox = SmtpInbox.Start();
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var email = ApiMoves.NewEmail();
        Tokens session;
        // Killed before the request is recorded: a foreign lock holds the tables.
        await using (var api = await RunningApi.StartAsync(database, inbox))
        {
            await api.Client.RegisterAsync(email);
            session = await api.Client.StartSessionAsync(email);
            await inbox.WaitForAsync(1);
            await WaitUntilNothingIsDueAsync(database);
            await using var held = await HeldRows.TakeAsync(database, "LOCK TABLE outgoing_mails, mailed_tokens");
            await api.KillDuringAsync(api.Client.RecoverAsync(email));
        }

        Assert.Equal(["0"], await CountWaitingAsync(database));
        // Killed while the mail is being sent: the server has received all of it and not replied.
        inbox.HoldAt("CONTENT", out var arrived);
        await using (var api = await RunningApi.StartAsync(database, inbox))
        {
            using var accepted = await api.Client.RecoverAsync(email);
            await accepted.AssertEmptyAsync(HttpStatusCode.Accepted);
            await arrived;
            await api.Process.KillAsync();
        }

        Assert.Equal(["1"], await CountWaitingAsync(database));
        inbox.Script = (_, _) => Task.FromResult<string?>(null);
        await database.ExecuteAsync("UPDATE outgoing_mails SET next_attempt_at = created_at WHERE sent_at IS NULL");
        // Killed after the mail is sent, before the link is used.
        await using (var api = await RunningApi.StartAsync(database, inbox))
        {
            await inbox.WaitForAsync(2);
            await WaitUntilNothingIsDueAsync(database);
            await api.Process.KillAsync();
        }

        var mail = Assert.Single(inbox.Accepted, accepted => accepted.Text.Contains(ResetPage, StringComparison.Ordinal));
        var token = Regex.Match(mail.Text, "(?<=#token=)[A-Za-z0-9_-]+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        // Killed while the link is being used: a foreign lock holds the user's row.
        await using (var api = await RunningApi.StartAsync(database, inbox))
        {
            await using (await HeldRows.TakeAsync(database, "SELECT id FROM users FOR UPDATE"))
                await api.KillDuringAsync(api.Client.ResetAsync(token));
        }

        await using (var api = await RunningApi.StartAsync(database, inbox))
        {
            await api.Client.AssertAliveAsync(session);
            session = await api.Client.StartSessionAsync(email);
            using var reset = await api.Client.ResetAsync(token);
            await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
            await api.Process.KillAsync();
        }

        await AssertRecoveredAsync(database, inbox, email, token, session);
    }

    private static async Task AssertRecoveredAsync(TestDatabase database, SmtpInbox inbox, string email, string token, Tokens session)
    {
        await database.ExecuteAsync("UPDATE outgoing_mails SET next_attempt_at = created_at WHERE sent_at IS NULL");
        await using var api = await RunningApi.StartAsync(database, inbox);
        await api.Client.LoginAsync(email, AccountMoves.OtherPassword);
        using var old = await api.Client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        await old.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        await api.Client.AssertEndedAsync(session);
        using var again = await api.Client.ResetAsync(token, "never a third password");
        await again.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");

        // Three mails: verify the address, reset the password, password changed. A mail that was accepted but not yet marked as
        // sent arrives twice, under one id.
        await WaitUntilNothingIsDueAsync(database);
        Assert.Equal(["3"], await database.ReadAsync("SELECT count(*) FROM outgoing_mails WHERE sent_at IS NOT NULL"));
        Assert.Equal(3, inbox.Accepted.Select(mail => mail.Message.MessageId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(["1"], await database.ReadAsync("SELECT count(*) FROM audit_events WHERE type = 'password.recovery_requested'"));
        Assert.Equal(["1"], await database.ReadAsync("SELECT count(*) FROM audit_events WHERE type = 'password.reset' AND outcome = 'success'"));
    }

    private static Task WaitUntilNothingIsDueAsync(TestDatabase database) => Eventually.IsTrueAsync(
        async () => (await database.ReadAsync("SELECT count(*) FROM outgoing_mails WHERE sent_at IS NULL"))[0] == "0", "all mails are sent");

    private static Task<IReadOnlyList<string>> CountWaitingAsync(TestDatabase database) =>
        database.ReadAsync("SELECT count(*) FROM outgoing_mails WHERE sent_at IS NULL");

    /// <summary>A process of the API and its client.</summary>
    private sealed class RunningApi(BtecProcess process, HttpClient client) : IAsyncDisposable
    {
        public BtecProcess Process => process;

        public HttpClient Client => client;

        public static async Task<RunningApi> StartAsync(TestDatabase database, SmtpInbox inbox)
        {
            var process = BtecProcess.StartApi(TwoApis.ToSettings(
                database, [.. inbox.ToSettings().Select(setting => (setting.Key, setting.Value))]));
            return new RunningApi(process, await process.ConnectAsync());
        }

        /// <summary>Kills the process while a request waits, and checks that the request fails.</summary>
        public async Task KillDuringAsync(Task<HttpResponseMessage> waiting)
        {
            await Task.WhenAny(waiting, SteadyLoad.PassAsync(1));
            Assert.False(waiting.IsCompleted, "The request did not wait.");
            await process.KillAsync();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => waiting);
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await process.DisposeAsync();
        }
    }
}
