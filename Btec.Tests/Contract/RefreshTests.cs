using System.Net;
using System.Security.Cryptography;
using System.Text;
using Btec.Tests.Infrastructure;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract class RefreshTests(OwnApi own)
{
    private readonly HttpClient _client = own.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(OwnSqliteApi own) : RefreshTests(own), IClassFixture<OwnSqliteApi>
    {
        [Fact]
        public async Task The_database_file_contains_no_token()
        {
            var tokens = await Client.StartSessionOfNewUserAsync();
            var next = await Client.RefreshAsync(tokens.Refresh);

            var file = new SqliteConnectionStringBuilder(Own.Api.ConnectionString).DataSource;
            foreach (var path in Directory.GetFiles(Path.GetDirectoryName(file)!))
            {
                await using var stream = new FileStream(
                    path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
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
    [Asvs("7.2.3", "11.5.1")]
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
    [Asvs("14.3.2")]
    public async Task Login_and_refresh_return_the_same_members_and_are_not_cached()
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
    [Asvs("7.2.2", "11.5.1")]
    public async Task No_two_refresh_tokens_are_the_same()
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
    public async Task The_database_stores_the_SHA256_of_a_token_and_nothing_that_reveals_it()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var next = await _client.RefreshAsync(tokens.Refresh);
        var last = await _client.RefreshAsync(next.Refresh);

        var stored = await StoredValues.ReadAllAsync(own.Api);

        Assert.NotEmpty(stored);
        foreach (var pair in new[] { tokens, next, last })
        {
            Assert.DoesNotContain(stored, value => StoredValues.ContainsAny(value.Value, StoredValues.FormsOf(pair.Refresh)));
            var signature = Encoding.ASCII.GetBytes(pair.Access.Split('.')[2]);
            Assert.DoesNotContain(stored, value => StoredValues.ContainsAny(value.Value, [signature]));
            var hash = SHA256.HashData(System.Buffers.Text.Base64Url.DecodeFromChars(pair.Refresh));
            Assert.Contains(stored, value => value.Column == "refresh_tokens.hash" && value.Value.AsSpan().SequenceEqual(hash));
        }
    }

    [Fact]
    public async Task Refreshing_keeps_the_session_and_earlier_access_tokens_valid()
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
    public async Task A_refreshed_token_carries_the_current_address()
    {
        await _client.RegisterAsync(_email);
        var tokens = await _client.StartSessionAsync(_email);
        var newEmail = ApiMoves.NewEmail();
        await own.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Email == _email)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.Email, newEmail)));

        var next = await _client.RefreshAsync(tokens.Refresh);

        Assert.Equal(newEmail, TokenForge.Open(next.Access).Claims.GetProperty("sub").GetString());
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
    public async Task A_token_has_exactly_one_spelling()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        // 43 characters carry two bits more than 256, so a lenient decoder maps three other last characters to the same bytes.
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var last = alphabet.IndexOf(tokens.Refresh[^1], StringComparison.Ordinal);
        Assert.Equal(0, last % 4);

        foreach (var other in new[] { last + 1, last + 2, last + 3 })
        {
            using var response = await _client.TryRefreshAsync(tokens.Refresh[..^1] + alphabet[other]);
            await response.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        }

        foreach (var other in new[]
        {
            tokens.Refresh + "=", " " + tokens.Refresh, tokens.Refresh + "\n", tokens.Refresh.Insert(20, " "),
        })
        {
            using var response = await _client.TryRefreshAsync(other);
            await response.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        }

        await _client.AssertAliveAsync(tokens);
    }
}
