using System.Globalization;
using System.Text.Json;
using Btec.Tests.Infrastructure;
using Btec.Tests.Webhooks;

namespace Btec.Tests.Clients;

/// <summary>The npm packages <c>standardwebhooks</c> and <c>svix</c>, as a service that receives events.</summary>
public sealed class WebhookLibraryTests
{
    [Theory]
    [InlineData("standardwebhooks")]
    [InlineData("svix")]
    public async Task They_verify_an_event_by_either_secret_after_a_rotation_and_refuse_another_body(string library)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(DatabaseKind.Sqlite);
        var (path, former) = await system.CreateAsync(receiver.Address, ["user.roles_changed"]);
        using var rotated = await system.SendAsync(HttpMethod.Post, $"{path}/secret");
        var current = (await rotated.ReadJsonAsync()).GetProperty("secret").GetString()!;
        await system.ChangeRolesAsync();
        var received = (await receiver.WaitAsync(1))[0];

        await using var service = await NodeProgram.StartAsync("webhooks.mjs");
        var sent = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(received.Headers["webhook-timestamp"].ToString(), CultureInfo.InvariantCulture));

        Assert.True(IsAccepted(await service.AskAsync(Verify(former, received.Body, sent))));
        Assert.True(IsAccepted(await service.AskAsync(Verify(current, received.Body, sent))));
        Assert.False(IsAccepted(await service.AskAsync(Verify(current, received.Body + " ", sent))));
        Assert.False(IsAccepted(await service.AskAsync(Verify(current, received.Body, sent + TimeSpan.FromMinutes(6)))));

        object Verify(string secret, string body, DateTimeOffset now) => new
        {
            library,
            secret,
            body,
            now = now.ToUnixTimeMilliseconds(),
            headers = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["webhook-id"] = received.Id,
                ["webhook-timestamp"] = received.Headers["webhook-timestamp"].ToString(),
                ["webhook-signature"] = received.Headers["webhook-signature"].ToString(),
            },
        };
    }

    private static bool IsAccepted(JsonElement answer) => answer.GetProperty("ok").GetBoolean();
}
