using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

/// <summary>The routes behind the dashboard commands that fill the database or show its content.</summary>
public abstract class DevelopmentDataTests(DatabaseKind kind) : IAsyncDisposable
{
    private const string Key = SharedDevelopmentApi.CommandKey;

    private readonly DirectoryInfo _mails = Directory.CreateTempSubdirectory("btec-tests-mails-");

    public sealed class OnSqlite() : DevelopmentDataTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : DevelopmentDataTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Demo_users_are_created_once_however_often_they_are_seeded()
    {
        await using var api = await StartAsync();
        using var client = api.CreateClient();
        await client.RegisterAsync("demo2@example.com");

        Assert.Equal(
            "2 of 3 demo users were new. Log in as demo1@example.com with the password \"demo password\".",
            await SeedAsync(client, 3));
        Assert.StartsWith("0 of 3 demo users were new.", await SeedAsync(client, 3), StringComparison.Ordinal);
        Assert.StartsWith("1 of 4 demo users were new.", await SeedAsync(client, 4), StringComparison.Ordinal);

        using var me = await client.GetMeAsync(await client.LoginAsync("demo3@example.com", "demo password"));
        var user = await me.ReadJsonAsync();
        Assert.Equal(("Demo 3", true, false), (
            user.GetProperty("full_name").GetString(),
            user.GetProperty("is_active").GetBoolean(),
            user.GetProperty("is_superuser").GetBoolean()));
        await client.LoginAsync("demo2@example.com");
        Assert.Equal(
            ["""{"demo_users":1}""", """{"demo_users":2}"""],
            await api.WithDatabaseAsync(database => database.AuditEvents
                .Where(auditEvent => auditEvent.Type == AuditTypes.UserCreated)
                .Select(auditEvent => auditEvent.Details).Order().ToListAsync()));
    }

    [Fact]
    public async Task Two_simultaneous_seedings_create_ten_thousand_users_once()
    {
        await using var api = await StartAsync();
        using var client = api.CreateClient();

        var messages = await Task.WhenAll(SeedAsync(client, 10_000), SeedAsync(client, 10_000));

        Assert.Equal(
            ["0 of 10000 demo users were new", "10000 of 10000 demo users were new"],
            messages.Select(message => message.Split('.')[0]).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.Equal(10_000, await api.WithDatabaseAsync(database => database.Users.CountAsync()));
        Assert.Equal(1, await api.WithDatabaseAsync(
            database => database.Users.Select(user => user.HashedPassword).Distinct().CountAsync()));
        var found = await api.WithDatabaseAsync(database => new UserSearch(database).ListAsync(
            "demo 999", isActive: true, beforeId: null, 100, TestContext.Current.CancellationToken));
        Assert.Equal(11, found.Count);
        Assert.All(found, user => Assert.Equal(api.Clock.GetStoredNow(), user.CreatedAt));
        await client.LoginAsync("demo10000@example.com", "demo password");
    }

    [Theory]
    [InlineData("""{"count": 0}""", "The number of demo users must be between 1 and 10,000.")]
    [InlineData("""{"count": 10001}""", "The number of demo users must be between 1 and 10,000.")]
    [InlineData("""{"count": -1}""", "The number of demo users must be between 1 and 10,000.")]
    [InlineData("""{"count": "5"}""", "Must be an integer.")]
    [InlineData("""{"count": 1.5}""", "Must be an integer.")]
    [InlineData("""{"count": null}""", "Must be an integer, not null.")]
    [InlineData("{}", "This member is required.")]
    public async Task An_invalid_number_of_demo_users_is_refused(string body, string fault)
    {
        await using var api = await StartAsync();

        using var response = await RunAsync(api.CreateClient(), "seed-demo-users", JsonDocument.Parse(body));

        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal(fault, Assert.Single(problem.GetProperty("errors").GetProperty("count").EnumerateArray()).GetString());
        Assert.Equal(0, await api.WithDatabaseAsync(database => database.Users.CountAsync()));
    }

    [Fact]
    public async Task The_last_mails_are_listed_newest_first_without_their_content()
    {
        await using var api = await StartAsync();
        using var client = api.CreateClient();
        Assert.Equal(
            "No mail was written yet, or all were sent and cleaned up.",
            (await ReadAsync(client, "last-mails")).GetProperty("message").GetString());
        foreach (var number in Enumerable.Range(1, 21))
        {
            var (id, at) = (await api.AddMailAsync($"to{number}@example.com"), api.Clock.GetUtcNow().AddSeconds(number));
            await api.WaitForMailAsync(id, mail => mail.SentAt is not null);
            await api.WithDatabaseAsync(database => database.OutgoingMails.Where(mail => mail.Id == id)
                .ExecuteUpdateAsync(row => row.SetProperty(mail => mail.CreatedAt, at)));
        }

        await ChangeAsync(api, "to20@example.com", isAbandoned: true, "550 No such\r\nuser");
        await ChangeAsync(api, "to19@example.com", isAbandoned: false, "The server took too long.");

        var shown = await ReadAsync(client, "last-mails");

        Assert.Equal("The newest 20 mails.", shown.GetProperty("message").GetString());
        var lines = shown.GetProperty("output").GetString()!.Split('\n');
        Assert.Equal(21, lines.Length);
        Assert.Matches("^when +to +template +state +attempts +last error$", lines[0]);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ  to21@example.com  ResetPassword  sent       1$", lines[1]);
        Assert.EndsWith(
            "to20@example.com  ResetPassword  abandoned  3         550 No such user", lines[2], StringComparison.Ordinal);
        Assert.EndsWith(
            "to19@example.com  ResetPassword  waiting    3         The server took too long.",
            lines[3],
            StringComparison.Ordinal);
        Assert.Contains(" to2@example.com ", lines[20], StringComparison.Ordinal);
        Assert.DoesNotContain(MailMoves.Token, shown.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verifying_the_audit_lists_its_faults()
    {
        await using var api = await StartAsync();
        using var client = api.CreateClient();
        await client.RegisterAsync(ApiMoves.NewEmail());

        var whole = await ReadAsync(client, "verify-audit");
        Assert.Equal("1 audit events are as they were written.", whole.GetProperty("message").GetString());
        Assert.False(whole.GetProperty("failed").GetBoolean());

        await api.WithDatabaseAsync(database => database.AuditEvents.ExecuteUpdateAsync(
            row => row.SetProperty(auditEvent => auditEvent.Outcome, "other")));

        var broken = await ReadAsync(client, "verify-audit");
        Assert.Equal("The audit has a fault.", broken.GetProperty("message").GetString());
        Assert.Matches(
            @"^Chain \d+: event 1 \(.*, user\.registered, .*\) was changed, or stands in another's place\.$",
            broken.GetProperty("output").GetString());
        Assert.True(broken.GetProperty("failed").GetBoolean());
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _mails.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private Task<BtecApi> StartAsync() => BtecApi.StartAsync(
        kind,
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Development:CommandKey"] = Key,
            ["Mail:PickupFolder"] = _mails.FullName,
        },
        "Development");

    private static Task<int> ChangeAsync(BtecApi api, string recipient, bool isAbandoned, string error)
    {
        var now = api.Clock.GetStoredNow();
        return api.WithDatabaseAsync(database => database.OutgoingMails.Where(mail => mail.Recipient == recipient)
            .ExecuteUpdateAsync(row => row
                .SetProperty(mail => mail.SentAt, (DateTimeOffset?)null)
                .SetProperty(mail => mail.AbandonedAt, isAbandoned ? now : null)
                .SetProperty(mail => mail.NextAttemptAt, now.AddDays(1))
                .SetProperty(mail => mail.Attempts, 3)
                .SetProperty(mail => mail.LastError, error)));
    }

    private static async Task<string> SeedAsync(HttpClient client, int count) =>
        (await ReadAsync(client, "seed-demo-users", new { count })).GetProperty("message").GetString()!;

    private static async Task<JsonElement> ReadAsync(HttpClient client, string command, object? arguments = null)
    {
        using var response = await RunAsync(client, command, arguments ?? new { });
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        return await response.ReadJsonAsync();
    }

    private static async Task<HttpResponseMessage> RunAsync(HttpClient client, string command, object arguments)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/development/{command}")
        {
            Content = JsonContent.Create(arguments),
        };
        request.Headers.Add("X-Development-Key", Key);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
