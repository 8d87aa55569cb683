using System.Net;
using System.Text.Json;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Keys;

/// <summary>The list of published keys, for superusers.</summary>
public abstract class SigningKeyListTests(DatabaseKind kind)
{
    private const string Route = "/api/signing-keys";

    public sealed class OnSqlite() : SigningKeyListTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : SigningKeyListTests(DatabaseKind.Postgres);

    [Fact]
    public async Task It_says_which_key_signs_and_when_the_next_one_takes_over()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var superuser = await api.StartSessionOfSuperuserAsync();
        var client = api.CreateClient();
        var only = Assert.Single(await ListAsync(client, superuser));
        Assert.Equal("current", only.GetProperty("state").GetString());
        Assert.Equal("ES256", only.GetProperty("algorithm").GetString());
        Assert.Equal(
            only.GetProperty("active_from").GetDateTimeOffset() + TimeSpan.FromDays(90), only.GetProperty("rotates_at").GetDateTimeOffset());

        var id = await api.RotateKeyAsync();
        api.Clock.Advance(SigningKeySchedule.MaxCacheAge);
        var waiting = await ListAsync(client, superuser);

        Assert.Equal([("next", false), ("current", true)], StatesOf(waiting));
        Assert.Equal(id, waiting[0].GetProperty("key_id").GetString());
        Assert.Equal(waiting[0].GetProperty("active_from").GetDateTimeOffset(), waiting[1].GetProperty("rotates_at").GetDateTimeOffset());
        api.Clock.Advance(SigningKeySchedule.Propagation);
        Assert.Equal([("current", true), ("former", false)], StatesOf(await ListAsync(client, superuser)));
        Assert.Equal(
            (await client.GetKeyIdsAsync()).Order(StringComparer.Ordinal),
            waiting.Select(key => key.GetProperty("key_id").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Only_superusers_see_it()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();

        using var anonymous = await client.GetAsync(Route, accessToken: null);
        using var ordinary = await client.GetAsync(Route, (await client.StartSessionOfNewUserAsync()).Access);

        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await ordinary.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    private static async Task<List<JsonElement>> ListAsync(HttpClient client, Tokens superuser)
    {
        using var response = await client.GetAsync(Route, superuser.Access);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        return [.. (await response.ReadJsonAsync()).GetProperty("items").EnumerateArray().Where(key => key.GetProperty("algorithm").GetString() == "ES256")];
    }

    private static List<(string? State, bool Rotates)> StatesOf(IEnumerable<JsonElement> keys) =>
    [
        .. keys.Select(key => (key.GetProperty("state").GetString(), key.GetProperty("rotates_at").ValueKind != JsonValueKind.Null)),
    ];
}
