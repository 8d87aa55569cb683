using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Webhooks;

/// <summary>The administration of webhooks by superusers.</summary>
public abstract class WebhookAdministrationTests(DatabaseKind kind)
{
    private const string Url = "https://shop.example.com/hook";

    private static readonly string[] s_created = ["user.created"];
    private static readonly string[] s_unknown = ["login"];

    public sealed class OnSqlite() : WebhookAdministrationTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : WebhookAdministrationTests(DatabaseKind.Postgres);

    [Fact]
    public async Task A_webhook_is_created_changed_and_deleted_and_its_secret_is_shown_once()
    {
        await using var system = await WebhookMoves.StartAsync(kind, "Testing");
        var (path, secret) = await system.CreateAsync(Url, ["user.deleted", "user.created", "user.created"]);
        using var changed = await system.SendAsync(HttpMethod.Patch, path, new { description = "The shop", is_active = false });

        var shown = await system.ReadAsync(path);

        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(secret[6..]).Length);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(["user.created", "user.deleted"], [.. shown.GetProperty("events").EnumerateArray().Select(type => type.GetString()!)]);
        Assert.Equal(("The shop", false), (shown.GetProperty("description").GetString(), shown.GetProperty("is_active").GetBoolean()));
        Assert.DoesNotContain(secret[6..], (await system.ReadAsync("/api/webhooks")).GetRawText(), StringComparison.Ordinal);
        Assert.False(shown.TryGetProperty("secret", out _));
        using var deleted = await system.Client.SendAsync(HttpMethod.Delete, path, system.Superuser.Access);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty((await system.ReadAsync("/api/webhooks")).GetProperty("items").EnumerateArray());
        Assert.Equal(
            ["webhook.changed", "webhook.created", "webhook.deleted"],
            await system.Api.WithDatabaseAsync(database => database.AuditEvents.Where(audited => audited.Type.StartsWith("webhook."))
                .Select(audited => audited.Type).OrderBy(type => type).ToListAsync()));
    }

    [Fact]
    public async Task Only_superusers_reach_webhooks()
    {
        await using var system = await WebhookMoves.StartAsync(kind, "Testing");
        var (_, _, tokens) = await system.Client.StartAccountAsync();

        using var listed = await system.Client.GetAsync("/api/webhooks", tokens.Access);
        using var created = await system.Client.SendJsonAsync(HttpMethod.Post, "/api/webhooks", tokens.Access, new { url = Url, events = s_created });

        await listed.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await created.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task Hostile_urls_and_unknown_events_are_refused_at_their_fields()
    {
        await using var system = await WebhookMoves.StartAsync(kind, "Testing");
        string[] urls =
        [
            "http://shop.example.com/hook", "https://shop.example.com:8443/hook", "https://ada:secret@shop.example.com/", "ftp://shop.example.com",
            "https://shop.example.com/#here", "/hook", "https://", "https://shop.example.com/a b", "https://shop.example.com\\@127.0.0.1/", "",
            "javascript:alert(1)", "https://shop.example.com/" + new string('a', 2048),
        ];
        foreach (var url in urls)
        {
            using var refused = await system.SendAsync(HttpMethod.Post, "/api/webhooks", new { url, events = s_created });
            await refused.AssertRefusedMembersAsync("url");
        }

        using var unknown = await system.SendAsync(HttpMethod.Post, "/api/webhooks", new { url = Url, events = s_unknown });
        await unknown.AssertRefusedMembersAsync("events");
        using var none = await system.SendAsync(HttpMethod.Post, "/api/webhooks", new { url = Url, events = Array.Empty<string>() });
        await none.AssertRefusedMembersAsync("events");
    }

    [Fact]
    public async Task Deliveries_are_listed_by_state_page_by_page_and_sent_again_under_the_same_id()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        var (path, _) = await system.CreateAsync(receiver.Address, s_created);
        for (var number = 0; number < 3; number++)
        {
            using var tried = await system.SendAsync(HttpMethod.Post, $"{path}/test");
            Assert.Equal(HttpStatusCode.Accepted, tried.StatusCode);
            system.Api.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        await receiver.WaitAsync(3);
        await Eventually.IsTrueAsync(
            async () => (await system.ReadAsync($"{path}/deliveries?status=sent")).GetProperty("items").GetArrayLength() == 3, "all are sent");
        var all = await system.Client.GetAllAsync($"{path}/deliveries", system.Superuser.Access, limit: 2);
        Assert.Equal(3, all.Select(delivery => delivery.GetProperty("id").GetString()).Distinct(StringComparer.Ordinal).Count());
        Assert.Empty((await system.ReadAsync($"{path}/deliveries?status=abandoned")).GetProperty("items").EnumerateArray());

        using var again = await system.SendAsync(HttpMethod.Post, $"{path}/deliveries/{all[0].GetProperty("id").GetString()}/retry");

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        var received = await receiver.WaitAsync(4);
        Assert.Equal(all[0].GetProperty("event_id").GetString(), received[^1].Id);
        Assert.Equal(3, received.Select(one => one.Id).Distinct(StringComparer.Ordinal).Count());
        using var missing = await system.SendAsync(HttpMethod.Post, $"{path}/deliveries/{Guid.CreateVersion7()}/retry");
        await missing.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task There_are_at_most_50_webhooks()
    {
        await using var system = await WebhookMoves.StartAsync(kind, "Testing");
        for (var number = 0; number < 50; number++)
            await system.CreateAsync(Url, s_created);

        using var refused = await system.SendAsync(HttpMethod.Post, "/api/webhooks", new { url = Url, events = s_created });

        await refused.AssertProblemAsync(HttpStatusCode.Conflict, "too_many_webhooks");
    }
}
