using System.Net;
using Btec.Data.Audit;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class ProfileTests(SharedApi shared)
{
    private const string Route = "/api/users/me";
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ProfileTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ProfileTests(shared);

    [Fact]
    public async Task The_profile_shows_whether_the_address_is_verified_and_when_the_account_was_created()
    {
        var (id, _, tokens) = await _client.StartAccountAsync();

        using var before = await _client.GetMeAsync(tokens.Access);
        await shared.Api.ChangeUserAsync(id, user => user.EmailVerifiedAt = shared.Api.Clock.GetUtcNow());
        using var after = await _client.GetMeAsync(tokens.Access);

        var user = await before.ReadJsonAsync();
        Assert.Equal(
            ["created_at", "email", "email_verified", "full_name", "id", "is_active", "is_superuser", "roles"], ApiMoves.NamesOf(user));
        Assert.False(user.GetProperty("email_verified").GetBoolean());
        Assert.True((await after.ReadJsonAsync()).GetProperty("email_verified").GetBoolean());
        var createdAt = user.GetProperty("created_at").GetDateTimeOffset();
        Assert.Equal(TimeSpan.Zero, createdAt.Offset);
        Assert.Equal(shared.Api.Clock.GetUtcNow(), createdAt, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("""{"full_name": "Ada King"}""", "Ada King")]
    [InlineData("""{"full_name": "  Ada King "}""", "Ada King")]
    [InlineData("""{"full_name": null}""", null)]
    [InlineData("""{"full_name": ""}""", null)]
    [InlineData("""{}""", "Ada Lovelace")]
    [InlineData("""{"fullName": "x", "email": "mallory@example.com", "is_superuser": true}""", "Ada Lovelace")]
    public async Task An_omitted_member_is_kept_and_null_clears_it(string patch, string? expected)
    {
        var (_, email, tokens) = await _client.StartAccountAsync("Ada Lovelace");

        using var patched = await PatchAsync(patch, tokens.Access);
        using var me = await _client.GetMeAsync(tokens.Access);

        Assert.Equal(HttpStatusCode.OK, patched.StatusCode);
        Assert.True(patched.Headers.CacheControl?.NoStore);
        var user = await patched.ReadJsonAsync();
        Assert.Equal(expected, user.GetProperty("full_name").GetString());
        Assert.Equal(email, user.GetProperty("email").GetString());
        Assert.False(user.GetProperty("is_superuser").GetBoolean());
        Assert.Equal(user.GetRawText(), (await me.ReadJsonAsync()).GetRawText());
    }

    [Theory]
    [InlineData("""{"full_name": 5}""")]
    [InlineData("""{"full_name": true}""")]
    [InlineData("""{"full_name": []}""")]
    [InlineData("""{"full_name": {"value": "x", "is_given": true}}""")]
    [InlineData("""{"full_name": "a\u0000b"}""")]
    [InlineData("""{"full_name": "a\u202eb"}""")]
    [InlineData("""{"full_name": "\ud800"}""")]
    [InlineData("""{"full_name": "a", "full_name": "b"}""")]
    public async Task A_refused_name_changes_nothing(string patch)
    {
        var (_, _, tokens) = await _client.StartAccountAsync("Ada Lovelace");

        using var patched = await PatchAsync(patch, tokens.Access);
        using var me = await _client.GetMeAsync(tokens.Access);

        await patched.AssertRefusedMembersAsync("full_name");
        Assert.Equal("Ada Lovelace", (await me.ReadJsonAsync()).GetProperty("full_name").GetString());
    }

    [Theory]
    [InlineData("[]", HttpStatusCode.UnprocessableEntity, "validation_failed")]
    [InlineData("null", HttpStatusCode.UnprocessableEntity, "validation_failed")]
    [InlineData("{", HttpStatusCode.BadRequest, "malformed_body")]
    [InlineData("", HttpStatusCode.BadRequest, "malformed_body")]
    public async Task A_body_that_is_not_a_JSON_object_is_refused(string patch, HttpStatusCode status, string code)
    {
        var (_, _, tokens) = await _client.StartAccountAsync();

        using var patched = await PatchAsync(patch, tokens.Access);

        await patched.AssertProblemAsync(status, code);
    }

    [Fact]
    public async Task Without_a_token_the_body_is_not_read()
    {
        using var patched = await PatchAsync("{", accessToken: null);

        await patched.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }

    [Fact]
    public async Task A_change_is_audited_and_a_repeated_value_is_not()
    {
        var (id, _, tokens) = await _client.StartAccountAsync("Ada");

        using var same = await PatchAsync("""{"full_name": "Ada"}""", tokens.Access);
        using var other = await PatchAsync("""{"full_name": "Ada King"}""", tokens.Access);

        Assert.Equal([AuditBatch.Success], await shared.Api.ReadEventsAsync(id, AuditTypes.UserUpdated));
    }

    private async Task<HttpResponseMessage> PatchAsync(string json, string? accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, Route)
        {
            Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json"),
        };
        if (accessToken is not null)
            request.Headers.Authorization = new("Bearer", accessToken);

        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
