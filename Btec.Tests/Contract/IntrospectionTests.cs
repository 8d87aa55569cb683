using System.Net;
using System.Text;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace Btec.Tests.Contract;

public abstract class IntrospectionTests(SharedApi shared)
{
    private const string Route = "/api/auth/introspect";
    private readonly HttpClient _client = shared.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();
    private Tokens? _superuser;

    public sealed class OnSqlite(SqliteApi shared) : IntrospectionTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : IntrospectionTests(shared);

    [Fact]
    public async Task An_active_access_token_is_described_by_its_claims()
    {
        var tokens = await StartAsync();

        using var response = await IntrospectAsync(tokens.Access);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var answer = await response.ReadJsonAsync();
        var claims = TokenForge.Open(tokens.Access).Claims;
        Assert.Equal(
            [
                "acr", "active", "amr", "aud", "auth_time", "client_id", "email_verified", "exp", "iat", "iss", "jti", "sid", "sub",
                "token_type", "uid", "username",
            ],
            ApiMoves.NamesOf(answer));
        Assert.True(answer.GetProperty("active").GetBoolean());
        Assert.Equal("access_token", answer.GetProperty("token_type").GetString());
        Assert.Equal(_email, answer.GetProperty("username").GetString());
        foreach (var claim in claims.EnumerateObject())
            Assert.Equal(claim.Value.GetRawText(), answer.GetProperty(claim.Name).GetRawText());
    }

    [Fact]
    public async Task An_active_refresh_token_is_described_without_access_token_claims()
    {
        var tokens = await StartAsync();

        using var response = await IntrospectAsync(tokens.Refresh);

        var answer = await response.ReadJsonAsync();
        Assert.Equal(
            [
                "acr", "active", "amr", "auth_time", "client_id", "email_verified", "exp", "iat", "sid", "sub", "token_type", "uid",
                "username",
            ],
            ApiMoves.NamesOf(answer));
        Assert.True(answer.GetProperty("active").GetBoolean());
        Assert.Equal("refresh_token", answer.GetProperty("token_type").GetString());
        Assert.Equal(_email, answer.GetProperty("username").GetString());
        Assert.Equal(_email, answer.GetProperty("sub").GetString());
        Assert.Equal(tokens.SessionId, answer.GetProperty("sid").GetString());
        Assert.Equal(TokenForge.Open(tokens.Access).Claims.GetProperty("uid").GetInt32(), answer.GetProperty("uid").GetInt32());
        var now = shared.Api.Clock.GetUtcNow();
        Assert.Equal(now.ToUnixTimeSeconds(), answer.GetProperty("iat").GetInt64());
        Assert.Equal((now + TimeSpan.FromDays(14)).ToUnixTimeSeconds(), answer.GetProperty("exp").GetInt64());
    }

    [Fact]
    public async Task Introspection_does_not_consume_a_token()
    {
        var tokens = await StartAsync();

        for (var time = 0; time < 3; time++)
        {
            Assert.True(await IsActiveAsync(tokens.Access));
            Assert.True(await IsActiveAsync(tokens.Refresh));
        }

        await _client.AssertAliveAsync(tokens);
    }

    [Fact]
    public async Task Both_tokens_of_an_ended_session_are_inactive()
    {
        var tokens = await StartAsync();
        using var logout = await _client.LogOutAsync(tokens.Access);

        await AssertInactiveAsync(tokens.Access);
        await AssertInactiveAsync(tokens.Refresh);
    }

    [Fact]
    public async Task A_used_refresh_token_is_inactive_but_its_session_is_not()
    {
        var first = await StartAsync();
        var second = await _client.RefreshAsync(first.Refresh);

        await AssertInactiveAsync(first.Refresh);
        Assert.True(await IsActiveAsync(first.Access));
        Assert.True(await IsActiveAsync(second.Refresh));
    }

    [Fact]
    public async Task The_tokens_of_an_inactive_user_are_inactive_until_the_user_is_reactivated()
    {
        var tokens = await StartAsync();

        await ChangeUserAsync(user => user.SetProperty(row => row.IsActive, false));
        await AssertInactiveAsync(tokens.Access);
        await AssertInactiveAsync(tokens.Refresh);
        await ChangeUserAsync(user => user.SetProperty(row => row.IsActive, true));

        Assert.True(await IsActiveAsync(tokens.Access));
        Assert.True(await IsActiveAsync(tokens.Refresh));
    }

    [Fact]
    public async Task The_tokens_of_a_deleted_user_are_inactive()
    {
        var tokens = await StartAsync();

        await shared.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Email == _email).ExecuteDeleteAsync());

        await AssertInactiveAsync(tokens.Access);
        await AssertInactiveAsync(tokens.Refresh);
    }

    [Fact]
    public async Task An_access_token_with_an_address_that_the_user_no_longer_has_is_inactive_until_it_is_refreshed()
    {
        var tokens = await StartAsync();
        Assert.True(await IsActiveAsync(tokens.Access));

        var moved = ApiMoves.NewEmail();
        await ChangeUserAsync(user => user.SetProperty(row => row.Email, moved));

        await AssertInactiveAsync(tokens.Access);
        Assert.True(await IsActiveAsync(tokens.Refresh));
        Assert.True(await IsActiveAsync((await _client.RefreshAsync(tokens.Refresh)).Access));
    }

    [Fact]
    public async Task Expired_tokens_are_inactive()
    {
        var tokens = await StartAsync();
        var now = shared.Api.Clock.GetStoredNow();
        var claims = TokenForge.ClaimsOf(tokens.Access);
        claims["exp"] = now.ToUnixTimeSeconds() - 31;
        await AssertInactiveAsync(TokenForge.Sign(TokenForge.Header(), claims));

        await ChangeRefreshTokensAsync(tokens, now + TimeSpan.FromSeconds(1));
        Assert.True(await IsActiveAsync(tokens.Refresh));
        await ChangeRefreshTokensAsync(tokens, now);
        await AssertInactiveAsync(tokens.Refresh);
    }

    [Fact]
    public async Task Tokens_that_the_API_would_refuse_are_inactive()
    {
        var access = (await StartAsync()).Access;
        var parts = access.Split('.');

        foreach (var (claim, value) in new[]
        {
            ("iss", "other"), ("aud", "other"), ("sub", "other@example.com"), ("sid", "019a0000-0000-7000-8000-000000000000"), ("sid", "x"),
        })
        {
            var claims = TokenForge.ClaimsOf(access);
            claims[claim] = value;
            await AssertInactiveAsync(TokenForge.Sign(TokenForge.Header(), claims));
        }

        var header = TokenForge.Header();
        header["typ"] = "JWT";
        await AssertInactiveAsync(TokenForge.Sign(header, TokenForge.ClaimsOf(access)));
        header = TokenForge.Header();
        header["alg"] = "none";
        await AssertInactiveAsync(TokenForge.Sign(header, TokenForge.ClaimsOf(access), _ => []));
        await AssertInactiveAsync(TokenForge.Sign(TokenForge.Header(), TokenForge.ClaimsOf(access), _ => new byte[32]));
        await AssertInactiveAsync($"{parts[0]}.{parts[1]}.");
        await AssertInactiveAsync($"{parts[0]}.{parts[1]}");
        await AssertInactiveAsync($"Bearer {access}");
        await AssertInactiveAsync($"{access} ");
    }

    [Theory]
    [InlineData("x")]
    [InlineData(" ")]
    [InlineData("\0")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("e30.e30.AAAA")]
    [InlineData("W10.W10.AAAA")]
    [InlineData("bnVsbA.bnVsbA.AAAA")]
    [InlineData("....")]
    [InlineData("ÄÖÜ")]
    [InlineData("long")]
    public async Task Garbage_is_inactive(string token) =>
        await AssertInactiveAsync(token == "long" ? new string('a', 50_000) : token);

    [Fact]
    public async Task Only_a_superuser_may_introspect()
    {
        var tokens = await StartAsync();

        using var anonymous = await _client.SendAsync(HttpMethod.Post, Route, accessToken: null, ("token", tokens.Access));
        using var garbage = await _client.SendAsync(HttpMethod.Post, Route, "x", ("token", tokens.Access));
        using var owner = await _client.SendAsync(HttpMethod.Post, Route, tokens.Access, ("token", tokens.Access));
        using var withoutToken = await _client.SendAsync(HttpMethod.Post, Route, tokens.Access, ("token_type_hint", "access_token"));
        using var inForm = await _client.PostFormAsync(
            Route, ("token", tokens.Access), ("access_token", (await GetSuperuserAsync()).Access));

        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await garbage.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        await owner.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await withoutToken.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await inForm.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }

    [Fact]
    public async Task A_former_superuser_is_refused_on_the_next_request()
    {
        var tokens = await StartAsync();
        var id = TokenForge.Open((await GetSuperuserAsync()).Access).Claims.GetProperty("uid").GetInt32();
        Assert.True(await IsActiveAsync(tokens.Access));

        await shared.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.IsSuperuser, false)));

        using var response = await IntrospectAsync(tokens.Access);
        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory]
    [InlineData("")]
    [InlineData("token=")]
    [InlineData("Token=x")]
    [InlineData("token=x&token=y")]
    [InlineData("token_type_hint=access_token")]
    [InlineData("token=%FF")]
    public async Task A_request_without_exactly_one_token_is_invalid(string form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Route);
        request.Headers.Authorization = new("Bearer", (await GetSuperuserAsync()).Access);
        request.Content = new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded");

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
    }

    [Fact]
    public async Task A_body_that_is_not_a_form_is_an_unsupported_media_type()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Route);
        request.Headers.Authorization = new("Bearer", (await GetSuperuserAsync()).Access);
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    private async Task<Tokens> StartAsync()
    {
        await _client.RegisterAsync(_email);
        return await _client.StartSessionAsync(_email);
    }

    /// <summary>Returns the session of the superuser who introspects, created on first use.</summary>
    private async Task<Tokens> GetSuperuserAsync()
    {
        if (_superuser is not null)
            return _superuser;

        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);
        await shared.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Email == email)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.IsSuperuser, true)));
        return _superuser = await _client.StartSessionAsync(email);
    }

    private async Task<HttpResponseMessage> IntrospectAsync(string token) =>
        await _client.SendAsync(HttpMethod.Post, Route, (await GetSuperuserAsync()).Access, ("token", token));

    private async Task<bool> IsActiveAsync(string token)
    {
        using var response = await IntrospectAsync(token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.ReadJsonAsync()).GetProperty("active").GetBoolean();
    }

    /// <summary>Asserts that the response says only that the token is inactive (RFC 7662 section 2.2).</summary>
    private async Task AssertInactiveAsync(string token)
    {
        using var response = await IntrospectAsync(token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"active":false}""", await response.ReadTextAsync());
    }

    private Task<int> ChangeUserAsync(Action<UpdateSettersBuilder<User>> change) => shared.Api.WithDatabaseAsync(
        database => database.Users.Where(user => user.Email == _email).ExecuteUpdateAsync(change));

    private Task<int> ChangeRefreshTokensAsync(Tokens tokens, DateTimeOffset expiresAt)
    {
        var id = Guid.Parse(tokens.SessionId);
        return shared.Api.WithDatabaseAsync(database => database.RefreshTokens.Where(token => token.SessionId == id)
            .ExecuteUpdateAsync(row => row.SetProperty(token => token.ExpiresAt, expiresAt)));
    }
}
