using System.Buffers.Text;
using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

/// <summary>Used refresh tokens whose rows have been deleted. They are recognized by their family.</summary>
public abstract class RefreshTokenFamilyTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : RefreshTokenFamilyTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : RefreshTokenFamilyTests(shared);

    [Fact]
    public async Task However_often_a_session_is_refreshed_three_of_its_tokens_are_stored()
    {
        var all = await RefreshAsync(await _client.StartSessionOfNewUserAsync(), times: 25);

        Assert.Equal(3, await CountAsync(all[0]));
        await _client.AssertAliveAsync(all[^1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Every_used_token_but_the_last_one_ends_the_session(int number)
    {
        var all = await RefreshAsync(await _client.StartSessionOfNewUserAsync(), times: 10);

        using var replayed = await _client.TryRefreshAsync(all[number].Refresh);

        await replayed.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        await _client.AssertEndedAsync(all[^1]);
        using var again = await _client.TryRefreshAsync(all[number].Refresh);
        await again.AssertOAuthErrorAsync("invalid_grant", "session_ended");
    }

    [Fact]
    public async Task A_token_used_long_ago_still_revokes_its_session()
    {
        var all = await RefreshAsync(await _client.StartSessionOfNewUserAsync(), times: 5);

        using var revoked = await _client.PostFormAsync("/api/auth/revoke", ("token", all[0].Refresh));

        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        await _client.AssertEndedAsync(all[^1]);
    }

    [Fact]
    public async Task Tokens_composed_of_others_are_unknown_and_end_nothing()
    {
        var all = await RefreshAsync(await _client.StartSessionOfNewUserAsync(), times: 5);
        var other = await _client.StartSessionOfNewUserAsync();
        var (first, last, foreign) = (Decode(all[0]), Decode(all[^1]), Decode(other));
        byte[][] composed =
        [
            [.. first[..16], .. last[16..]], [.. last[..16], .. first[16..]], [.. first[..16], .. foreign[16..]],
            [.. foreign[..16], .. first[16..]], [.. first[16..], .. first[..16]], [.. first[..31], (byte)(first[31] ^ 1)],
            [(byte)(first[0] ^ 1), .. first[1..]], [.. Guid.Parse(other.SessionId).ToByteArray(bigEndian: true), .. first[16..]],
        ];

        foreach (var bytes in composed)
        {
            using var refused = await _client.TryRefreshAsync(Base64Url.EncodeToString(bytes));
            await refused.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        }

        await _client.AssertAliveAsync(all[^1]);
        await _client.AssertAliveAsync(other);
    }

    [Fact]
    public async Task Tokens_of_one_session_have_no_byte_in_common_that_chance_does_not_explain()
    {
        var all = (await RefreshAsync(await _client.StartSessionOfNewUserAsync(), times: 30)).ConvertAll(Decode);

        for (var place = 0; place < 32; place++)
            Assert.True(all.Select(token => token[place]).Distinct().Count() > 10, $"Byte {place}");
    }

    /// <summary>A session from before families: its tokens are not linked, and it has no family.</summary>
    [Fact]
    public async Task A_session_from_before_families_goes_on_and_its_used_tokens_are_still_recognized()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        var second = await _client.RefreshAsync(first.Refresh);
        var id = Guid.Parse(first.SessionId);
        await shared.Api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.TokenFamily, (byte[]?)null)));
        await shared.Api.WithDatabaseAsync(database => database.RefreshTokens.Where(token => token.SessionId == id)
            .ExecuteUpdateAsync(row => row.SetProperty(token => token.PredecessorHash, (byte[]?)null)));

        var all = await RefreshAsync(second, times: 5);

        Assert.Equal(4, await CountAsync(first));
        await _client.RefreshAsync(all[^1].Refresh);
        using var replayed = await _client.TryRefreshAsync(first.Refresh);
        await replayed.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        await _client.AssertEndedAsync(all[^1]);
    }

    /// <summary>Refreshes again and again, and returns all tokens, the given ones first.</summary>
    private async Task<List<Tokens>> RefreshAsync(Tokens tokens, int times)
    {
        List<Tokens> all = [tokens];
        while (all.Count <= times)
            all.Add(await _client.RefreshAsync(all[^1].Refresh));

        return all;
    }

    private Task<int> CountAsync(Tokens tokens)
    {
        var id = Guid.Parse(tokens.SessionId);
        return shared.Api.WithDatabaseAsync(database => database.RefreshTokens.CountAsync(token => token.SessionId == id));
    }

    private static byte[] Decode(Tokens tokens) => Base64Url.DecodeFromChars(tokens.Refresh);
}
