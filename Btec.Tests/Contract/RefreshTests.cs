using System.Net;
using System.Security.Cryptography;
using System.Text;
using Btec.Tests.Infrastructure;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract class RefreshTests(OwnApi own)
{
    private const int Crowd = 100;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>The shortest time that both databases tell apart.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMicroseconds(1);

    private readonly HttpClient _client = own.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(OwnSqliteApi own) : RefreshTests(own), IClassFixture<OwnSqliteApi>
    {
        [Fact]
        public async Task The_file_itself_holds_no_token()
        {
            var tokens = await Client.StartSessionOfNewUserAsync();
            var next = await Client.RefreshAsync(tokens.Refresh);

            var file = new SqliteConnectionStringBuilder(Own.Api.ConnectionString).DataSource;
            foreach (var path in Directory.GetFiles(Path.GetDirectoryName(file)!))
            {
                await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var copy = new MemoryStream();
                await stream.CopyToAsync(copy, TestContext.Current.CancellationToken);
                Assert.False(StoredValues.ContainsAny(copy.ToArray(), StoredValues.FormsOf(tokens.Refresh)), path);
                Assert.False(StoredValues.ContainsAny(copy.ToArray(), StoredValues.FormsOf(next.Refresh)), path);
            }
        }
    }

    public sealed class OnPostgres(OwnPostgresApi own) : RefreshTests(own), IClassFixture<OwnPostgresApi>;

    private protected OwnApi Own => own;

    private protected HttpClient Client => _client;

    [Fact]
    public async Task A_refresh_token_is_256_bits_in_base64url_and_lasts_14_days()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var next = await _client.RefreshAsync(tokens.Refresh);

        foreach (var pair in new[] { tokens, next })
        {
            Assert.Matches("^[A-Za-z0-9_-]{43}$", pair.Refresh);
            Assert.Equal(32, System.Buffers.Text.Base64Url.DecodeFromChars(pair.Refresh).Length);
            Assert.Equal(14 * 24 * 3600, pair.RefreshExpiresIn);
            Assert.Equal(8 * 24 * 3600, pair.ExpiresIn);
        }
    }

    [Fact]
    public async Task Login_and_refresh_answer_alike_and_are_kept_by_nobody_on_the_way()
    {
        await _client.RegisterAsync(_email);
        using var login = await _client.PostFormAsync("/api/auth/login", ("username", _email), ("password", ApiMoves.Password));
        var first = await login.ReadJsonAsync();
        using var refresh = await _client.TryRefreshAsync(Tokens.From(first).Refresh);
        var second = await refresh.ReadJsonAsync();

        Assert.Equal(HttpStatusCode.OK, refresh.StatusCode);
        Assert.Equal("application/json", refresh.Content.Headers.ContentType?.MediaType);
        Assert.True(login.Headers.CacheControl?.NoStore);
        Assert.True(refresh.Headers.CacheControl?.NoStore);
        Assert.Equal("no-cache", refresh.Headers.Pragma.ToString());
        foreach (var answer in new[] { first, second })
        {
            Assert.Equal(
                ["access_token", "expires_in", "refresh_expires_in", "refresh_token", "token_type"],
                ApiMoves.NamesOf(answer));
            Assert.Equal("bearer", answer.GetProperty("token_type").GetString());
        }
    }

    [Fact]
    public async Task No_two_refresh_tokens_are_alike()
    {
        var seen = new List<string>();
        for (var login = 0; login < 3; login++)
        {
            var tokens = await _client.StartSessionOfNewUserAsync();
            for (var refresh = 0; refresh < 4; refresh++)
            {
                seen.Add(tokens.Refresh);
                tokens = await _client.RefreshAsync(tokens.Refresh);
            }
        }

        Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task The_database_holds_the_SHA256_of_a_token_and_nothing_that_gives_it_away()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var next = await _client.RefreshAsync(tokens.Refresh);
        var last = await _client.RefreshAsync(next.Refresh);

        var stored = await StoredValues.ReadAllAsync(own.Api);

        Assert.NotEmpty(stored);
        foreach (var pair in new[] { tokens, next, last })
        {
            Assert.DoesNotContain(stored, value => StoredValues.ContainsAny(value.Value, StoredValues.FormsOf(pair.Refresh)));
            Assert.DoesNotContain(stored, value => StoredValues.ContainsAny(value.Value, [Encoding.ASCII.GetBytes(pair.Access.Split('.')[2])]));
            var hash = SHA256.HashData(System.Buffers.Text.Base64Url.DecodeFromChars(pair.Refresh));
            Assert.Contains(stored, value => value.Column == "refresh_tokens.hash" && value.Value.AsSpan().SequenceEqual(hash));
        }
    }

    [Fact]
    public async Task Refreshing_keeps_the_session_and_the_earlier_access_tokens()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        own.Api.Clock.Advance(TimeSpan.FromHours(1));
        var second = await _client.RefreshAsync(first.Refresh);

        Assert.NotEqual(first.Refresh, second.Refresh, StringComparer.Ordinal);
        Assert.NotEqual(first.Access, second.Access, StringComparer.Ordinal);
        Assert.Equal(first.SessionId, second.SessionId);
        var (before, after) = (TokenForge.Open(first.Access).Claims, TokenForge.Open(second.Access).Claims);
        Assert.Equal(before.GetProperty("uid").GetInt32(), after.GetProperty("uid").GetInt32());
        Assert.NotEqual(before.GetProperty("jti").GetString(), after.GetProperty("jti").GetString(), StringComparer.Ordinal);
        Assert.Equal(own.Api.Clock.GetUtcNow().ToUnixTimeSeconds(), after.GetProperty("iat").GetInt64());
        foreach (var tokens in new[] { first, second })
        {
            using var me = await _client.GetMeAsync(tokens.Access);
            Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        }
    }

    [Fact]
    public async Task A_refreshed_token_says_what_the_user_is_now()
    {
        await _client.RegisterAsync(_email);
        var tokens = await _client.StartSessionAsync(_email);
        var newEmail = ApiMoves.NewEmail();
        await own.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Email == _email)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.Email, newEmail)));

        var next = await _client.RefreshAsync(tokens.Refresh);

        Assert.Equal(newEmail, TokenForge.Open(next.Access).Claims.GetProperty("sub").GetString());
    }

    [Fact]
    public async Task A_token_that_nobody_uses_expires_after_14_days_to_the_second()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        own.Api.Clock.Advance(TimeSpan.FromDays(14) - Second);
        var second = await _client.RefreshAsync(first.Refresh);
        Assert.Equal(14 * 24 * 3600, second.RefreshExpiresIn);

        own.Api.Clock.Advance(TimeSpan.FromDays(14));
        using var late = await _client.TryRefreshAsync(second.Refresh);

        await late.AssertOAuthErrorAsync("invalid_grant", "refresh_token_expired");
        own.Api.Clock.Advance(Grace);
        using var later = await _client.TryRefreshAsync(second.Refresh);
        await later.AssertOAuthErrorAsync("invalid_grant", "refresh_token_expired");
    }

    [Fact]
    public async Task A_session_ends_after_30_days_however_often_it_is_refreshed()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var started = own.Api.Clock.GetUtcNow();
        var end = started + TimeSpan.FromDays(30);
        foreach (var (day, expiresIn, refreshExpiresIn) in new[] { (10, 8, 14), (20, 8, 10), (29, 1, 1) })
        {
            own.Api.Clock.SetUtcNow(started.AddDays(day));
            tokens = await _client.RefreshAsync(tokens.Refresh);
            Assert.Equal(expiresIn * 24 * 3600, tokens.ExpiresIn);
            Assert.Equal(refreshExpiresIn * 24 * 3600, tokens.RefreshExpiresIn);
        }

        own.Api.Clock.SetUtcNow(end - Second);
        tokens = await _client.RefreshAsync(tokens.Refresh);
        Assert.Equal(1, tokens.ExpiresIn);
        Assert.Equal(1, tokens.RefreshExpiresIn);

        own.Api.Clock.SetUtcNow(end);
        using var late = await _client.TryRefreshAsync(tokens.Refresh);
        await late.AssertOAuthErrorAsync("invalid_grant", "refresh_token_expired");
    }

    [Fact]
    public async Task An_access_token_never_outlives_its_session()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var end = own.Api.Clock.GetUtcNow() + TimeSpan.FromDays(30);
        for (var refresh = 0; refresh < 3; refresh++)
        {
            own.Api.Clock.Advance(TimeSpan.FromDays(9.5));
            tokens = await _client.RefreshAsync(tokens.Refresh);
        }

        var expires = TokenForge.Open(tokens.Access).Claims.GetProperty("exp").GetInt64();
        Assert.Equal(end.ToUnixTimeSeconds(), expires);
        own.Api.Clock.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(expires + 29));
        using var last = await _client.GetMeAsync(tokens.Access);
        own.Api.Clock.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(expires + 30));
        using var late = await _client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
        await late.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_expired");
    }

    [Fact]
    public async Task An_access_token_outlives_the_refresh_token_it_came_with_if_it_is_meant_to()
    {
        await using var api = await StartAsync(("RefreshIdleLifetime", "01:00:00"));
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        Assert.Equal(3600, tokens.RefreshExpiresIn);
        Assert.Equal(8 * 24 * 3600, tokens.ExpiresIn);

        api.Clock.Advance(TimeSpan.FromDays(7));

        using var me = await client.GetMeAsync(tokens.Access);
        using var refresh = await client.TryRefreshAsync(tokens.Refresh);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        await refresh.AssertOAuthErrorAsync("invalid_grant", "refresh_token_expired");
    }

    [Fact]
    public async Task Lifetimes_and_grace_are_those_of_the_configuration()
    {
        await using var api = await StartAsync(
            ("RefreshIdleLifetime", "01:00:00"), ("RefreshAbsoluteLifetime", "01:30:00"), ("RefreshGrace", "00:00:05"));
        var client = api.CreateClient();
        var first = await client.StartSessionOfNewUserAsync();
        Assert.Equal(3600, first.RefreshExpiresIn);
        Assert.Equal(5400, first.ExpiresIn);
        api.Clock.Advance(TimeSpan.FromHours(1) - Second);
        var second = await client.RefreshAsync(first.Refresh);
        Assert.Equal(1801, second.RefreshExpiresIn);
        Assert.Equal(1801, second.ExpiresIn);
        api.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(second.Refresh, (await client.RefreshAsync(first.Refresh)).Refresh);

        api.Clock.Advance(Moment);

        using var late = await client.TryRefreshAsync(first.Refresh);
        await late.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
    }

    [Fact]
    public async Task The_last_used_token_gets_the_same_successor_for_30_seconds_to_the_moment()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        var second = await _client.RefreshAsync(first.Refresh);

        foreach (var wait in new[] { TimeSpan.Zero, Second, TimeSpan.FromSeconds(28), Second })
        {
            own.Api.Clock.Advance(wait);
            var again = await _client.RefreshAsync(first.Refresh);
            Assert.Equal(second.Refresh, again.Refresh);
            Assert.Equal(first.SessionId, again.SessionId);
            Assert.NotEqual(second.Access, again.Access, StringComparer.Ordinal);
            using var me = await _client.GetMeAsync(again.Access);
            Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        }

        own.Api.Clock.Advance(Moment);
        using var late = await _client.TryRefreshAsync(first.Refresh);
        await late.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        await _client.AssertEndedAsync(second);
    }

    [Fact]
    public async Task A_repeated_successor_expires_when_the_first_copy_does()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        var second = await _client.RefreshAsync(first.Refresh);

        var now = await _client.RefreshAsync(first.Refresh);
        own.Api.Clock.Advance(TimeSpan.FromSeconds(10));
        var later = await _client.RefreshAsync(first.Refresh);

        Assert.Equal(second.RefreshExpiresIn, now.RefreshExpiresIn);
        Assert.Equal(second.RefreshExpiresIn - 10, later.RefreshExpiresIn);
        Assert.Equal(8 * 24 * 3600, later.ExpiresIn);
    }

    [Fact]
    public async Task The_successor_works_after_it_was_told_twice()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        await _client.RefreshAsync(first.Refresh);
        var second = await _client.RefreshAsync(first.Refresh);

        var third = await _client.RefreshAsync(second.Refresh);

        Assert.NotEqual(second.Refresh, third.Refresh, StringComparer.Ordinal);
        await _client.AssertAliveAsync(third);
    }

    [Fact]
    public async Task An_older_token_than_the_last_ends_the_session_at_once()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        var second = await _client.RefreshAsync(first.Refresh);
        var third = await _client.RefreshAsync(second.Refresh);

        using var replayed = await _client.TryRefreshAsync(first.Refresh);

        await replayed.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        foreach (var tokens in new[] { first, second, third })
            await _client.AssertEndedAsync(tokens);
    }

    [Fact]
    public async Task A_token_used_again_ends_its_own_session_and_no_other()
    {
        await _client.RegisterAsync(_email);
        var other = await _client.StartSessionAsync(_email);
        var first = await _client.StartSessionAsync(_email);
        var second = await _client.RefreshAsync(first.Refresh);

        own.Api.Clock.Advance(Grace + Second);
        using var reused = await _client.TryRefreshAsync(first.Refresh);

        await reused.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        await _client.AssertEndedAsync(second);
        await _client.AssertAliveAsync(other);
    }

    [Fact]
    public async Task A_token_used_again_ends_the_session_of_an_inactive_user_too()
    {
        await _client.RegisterAsync(_email);
        var first = await _client.StartSessionAsync(_email);
        var second = await _client.RefreshAsync(first.Refresh);
        own.Api.Clock.Advance(Grace + Second);

        await ActivateAsync(false);
        using var reused = await _client.TryRefreshAsync(first.Refresh);
        await ActivateAsync(true);

        await reused.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        await _client.AssertEndedAsync(second);
    }

    [Fact]
    public async Task An_inactive_user_gets_no_tokens_and_loses_none()
    {
        await _client.RegisterAsync(_email);
        var tokens = await _client.StartSessionAsync(_email);

        await ActivateAsync(false);
        using var refused = await _client.TryRefreshAsync(tokens.Refresh);
        await ActivateAsync(true);

        await refused.AssertOAuthErrorAsync("invalid_grant", "grant_account_inactive");
        await _client.AssertAliveAsync(tokens);
    }

    [Theory]
    [InlineData("x")]
    [InlineData(" ")]
    [InlineData("\0")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0")]
    [InlineData("ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ")]
    [InlineData("-------------------------------------------")]
    [InlineData("'; DROP TABLE refresh_tokens; --aaaaaaaaaaa")]
    [InlineData("long")]
    [InlineData("access")]
    public async Task Garbage_is_an_unknown_token(string token)
    {
        token = token switch
        {
            "long" => new string('A', 50_000),
            "access" => (await _client.StartSessionOfNewUserAsync()).Access,
            _ => token,
        };

        using var response = await _client.TryRefreshAsync(token);

        await response.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
    }

    [Fact]
    public async Task A_token_is_written_in_one_way_only()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        // 43 characters hold two bits more than 256: three other last characters stand for the same bytes, to a lenient reader.
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var last = alphabet.IndexOf(tokens.Refresh[^1], StringComparison.Ordinal);
        Assert.Equal(0, last % 4);

        foreach (var other in new[] { last + 1, last + 2, last + 3 })
        {
            using var response = await _client.TryRefreshAsync(tokens.Refresh[..^1] + alphabet[other]);
            await response.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        }

        foreach (var other in new[] { tokens.Refresh + "=", " " + tokens.Refresh, tokens.Refresh + "\n", tokens.Refresh.Insert(20, " ") })
        {
            using var response = await _client.TryRefreshAsync(other);
            await response.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        }

        await _client.AssertAliveAsync(tokens);
    }

    [Fact]
    public async Task A_token_of_another_key_is_told_no_successor_and_ends_nothing()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        await using var other = await BtecApi.StartAsync(own.Kind, migrate: false, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = own.Api.ConnectionString,
            ["Jwt:SigningKey"] = "Zk81LqPw0vXtRb5yNs7uEc2iGd4oHf6j",
        }, startsAt: own.Api.Clock.GetUtcNow());
        var second = await _client.RefreshAsync(first.Refresh);

        using var elsewhere = await other.CreateClient().TryRefreshAsync(first.Refresh);

        await elsewhere.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        await _client.AssertAliveAsync(second);
    }

    [Fact]
    public async Task A_hundred_refreshes_of_one_token_at_once_give_one_successor()
    {
        var first = await _client.StartSessionOfNewUserAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(_ => _client.RefreshAsync(first.Refresh)));

        var successor = Assert.Single(answers.Select(answer => answer.Refresh).Distinct(StringComparer.Ordinal));
        Assert.All(answers, answer => Assert.Equal(first.SessionId, answer.SessionId));
        Assert.Equal(Crowd, answers.Select(answer => answer.Access).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal((2, 1), await CountTokensAsync(first));
        await _client.AssertAliveAsync(answers[0] with { Refresh = successor });
    }

    [Fact]
    public async Task A_hundred_refreshes_of_one_token_after_its_time_end_the_session_once()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        var second = await _client.RefreshAsync(first.Refresh);
        own.Api.Clock.Advance(Grace + Second);

        var codes = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(async _ =>
        {
            using var answer = await _client.TryRefreshAsync(first.Refresh);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            return (await answer.ReadJsonAsync()).GetProperty("code").GetString();
        }));

        Assert.Contains(codes, code => code == "refresh_token_reused");
        Assert.All(codes, code => Assert.True(code is "refresh_token_reused" or "session_ended", code));
        await _client.AssertEndedAsync(second);
    }

    [Fact]
    public async Task A_refresh_that_races_a_logout_leaves_nothing_alive()
    {
        for (var round = 0; round < 10; round++)
        {
            var first = await _client.StartSessionOfNewUserAsync();

            var refreshing = Enumerable.Range(0, 5).Select(_ => _client.TryRefreshAsync(first.Refresh)).ToList();
            using var logout = await _client.LogOutAsync(first.Access);
            var answers = await Task.WhenAll(refreshing);

            Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
            await _client.AssertEndedAsync(first);
            foreach (var answer in answers)
            {
                if (answer.StatusCode == HttpStatusCode.OK)
                    await _client.AssertEndedAsync(Tokens.From(await answer.ReadJsonAsync()));
                else
                    await answer.AssertOAuthErrorAsync("invalid_grant", "session_ended");
            }
        }
    }

    [Fact]
    public async Task A_refresh_that_races_the_deletion_of_its_user_is_no_failure_of_the_server()
    {
        for (var round = 0; round < 5; round++)
        {
            var email = ApiMoves.NewEmail();
            await _client.RegisterAsync(email);
            var first = await _client.StartSessionAsync(email);

            var refreshing = Enumerable.Range(0, 10).Select(_ => _client.TryRefreshAsync(first.Refresh)).ToList();
            await own.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Email == email).ExecuteDeleteAsync());
            var answers = await Task.WhenAll(refreshing);

            Assert.All(answers, answer => Assert.True(
                answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{(int)answer.StatusCode}"));
            await _client.AssertEndedAsync(first, "refresh_token_invalid");
        }
    }

    private Task<BtecApi> StartAsync(params (string Name, string Value)[] settings) => BtecApi.StartAsync(
        own.Kind, settings.ToDictionary(setting => $"Sessions:{setting.Name}", setting => (string?)setting.Value, StringComparer.Ordinal));

    private Task<int> ActivateAsync(bool active) => own.Api.WithDatabaseAsync(database => database.Users
        .Where(user => user.Email == _email).ExecuteUpdateAsync(row => row.SetProperty(user => user.IsActive, active)));

    private async Task<(int All, int Unused)> CountTokensAsync(Tokens tokens)
    {
        var id = Guid.Parse(tokens.SessionId);
        var used = await own.Api.WithDatabaseAsync(database => database.RefreshTokens
            .Where(token => token.SessionId == id).Select(token => token.ConsumedAt != null).ToListAsync());
        return (used.Count, used.Count(isUsed => !isUsed));
    }
}
