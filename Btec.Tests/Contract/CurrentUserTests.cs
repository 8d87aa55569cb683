using System.Net;
using System.Text;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Contract;

public abstract class CurrentUserTests(SharedApi shared)
{
    private const string Route = "/api/users/me";
    private readonly HttpClient _client = shared.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(SqliteApi shared) : CurrentUserTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : CurrentUserTests(shared);

    [Fact]
    public async Task The_response_describes_the_user_of_the_token()
    {
        var token = await RegisterAndLogInAsync();

        using var response = await _client.GetMeAsync(token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var user = await response.ReadJsonAsync();
        Assert.Equal(_email, user.GetProperty("email").GetString());
        Assert.Equal("Ada", user.GetProperty("full_name").GetString());
        Assert.True(user.GetProperty("is_active").GetBoolean());
        Assert.False(user.GetProperty("is_superuser").GetBoolean());
        Assert.DoesNotContain("password", user.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("$2b$", user.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_response_has_a_content_length_and_is_not_chunked()
    {
        using var response = await _client.GetMeAsync(await RegisterAndLogInAsync());

        Assert.Null(response.Headers.TransferEncodingChunked);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
    }

    [Fact]
    public void No_request_pays_for_an_accessor_of_its_context() =>
        Assert.Null(shared.Api.Services.GetService<IHttpContextAccessor>());

    [Theory]
    [InlineData]
    [InlineData("Authorization:")]
    [InlineData("Authorization: Bearer")]
    [InlineData("Authorization: Bearer ")]
    [InlineData("Authorization: Basic YWRhOmNvcnJlY3QgaG9yc2U=")]
    [InlineData("Authorization: Digest username=\"ada\"")]
    [InlineData("Authorization: TOKEN")]
    [InlineData("Authorization: BearerTOKEN")]
    [InlineData("Authorization: Token TOKEN")]
    [InlineData("X-Authorization: Bearer TOKEN")]
    [InlineData("Proxy-Authorization: Bearer TOKEN")]
    [InlineData("Cookie: access_token=TOKEN; Authorization=Bearer TOKEN")]
    [InlineData("X-Access-Token: TOKEN")]
    [Asvs("3.5.1")]
    public async Task Without_a_bearer_token_the_challenge_names_no_error(params string[] headers)
    {
        var token = await RegisterAndLogInAsync();

        var answer = await _client.BaseAddress!.SendAsync(
            "GET /api/users/me HTTP/1.1",
            [.. headers.Select(header => header.Replace("TOKEN", token, StringComparison.Ordinal))]);

        Assert.Equal(401, answer.Status);
        Assert.Equal("Bearer", answer.Header("WWW-Authenticate"));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Contains("\"not_authenticated\"", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?access_token=TOKEN")]
    [InlineData("?token=TOKEN")]
    [InlineData("?authorization=Bearer%20TOKEN")]
    [Asvs("14.2.1")]
    public async Task A_token_in_the_query_string_is_ignored(string query)
    {
        var token = await RegisterAndLogInAsync();

        using var response = await _client.GetAsync(
            Route + query.Replace("TOKEN", token, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }

    [Fact]
    [Asvs("3.5.1")]
    public async Task A_token_in_a_form_is_ignored()
    {
        var form = Encoding.ASCII.GetBytes($"access_token={await RegisterAndLogInAsync()}");

        var answer = await _client.BaseAddress!.SendAsync(
            "GET /api/users/me HTTP/1.1",
            ["Content-Type: application/x-www-form-urlencoded", $"Content-Length: {form.Length}"], form);

        Assert.Equal(401, answer.Status);
        Assert.Equal("Bearer", answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task Two_Authorization_headers_are_refused()
    {
        var token = await RegisterAndLogInAsync();

        foreach (var other in new[] { $"Authorization: Bearer {token}", "Authorization: Bearer x", "Authorization: Basic YTpi" })
        {
            var answer = await _client.BaseAddress!.SendAsync(
                "GET /api/users/me HTTP/1.1", [$"Authorization: Bearer {token}", other]);
            Assert.Equal(401, answer.Status);
            Assert.StartsWith("Bearer error=\"invalid_token\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_is_case_insensitive(string scheme)
    {
        var token = await RegisterAndLogInAsync();

        var answer = await _client.BaseAddress!.SendAsync("GET /api/users/me HTTP/1.1", [$"Authorization: {scheme} {token}"]);

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task A_token_for_an_unknown_user_is_refused()
    {
        var claims = TokenForge.Claims(shared.Api, int.MaxValue);

        using var response = await _client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), claims));

        await AssertInvalidAsync(response);
    }

    [Fact]
    [Asvs("7.2.1")]
    public async Task An_inactive_user_is_refused_at_once_and_admitted_when_active_again()
    {
        var token = await RegisterAndLogInAsync();

        await ChangeAsync(user => user.IsActive = false);
        using var inactive = await _client.GetMeAsync(token);
        await ChangeAsync(user => user.IsActive = true);
        using var active = await _client.GetMeAsync(token);

        await AssertInvalidAsync(inactive);
        Assert.Equal(HttpStatusCode.OK, active.StatusCode);
    }

    [Fact]
    public async Task A_deleted_user_is_refused_at_once()
    {
        var token = await RegisterAndLogInAsync();

        await shared.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Email == _email).ExecuteDeleteAsync());

        using var response = await _client.GetMeAsync(token);
        await AssertInvalidAsync(response);
    }

    [Fact]
    public async Task Changes_in_the_database_are_visible_at_once()
    {
        var token = await RegisterAndLogInAsync();

        await ChangeAsync(user => (user.FullName, user.IsSuperuser) = (null, true));

        using var response = await _client.GetMeAsync(token);
        var shown = await response.ReadJsonAsync();
        Assert.Null(shown.GetProperty("full_name").GetString());
        Assert.True(shown.GetProperty("is_superuser").GetBoolean());
    }

    [Fact]
    public async Task A_token_whose_address_is_not_that_of_its_user_is_refused()
    {
        var claims = TokenForge.ClaimsOf(await RegisterAndLogInAsync());
        var other = await _client.RegisterAsync(ApiMoves.NewEmail());

        foreach (var subject in new[] { other.GetProperty("email").GetString(), _email.ToUpperInvariant(), $"{_email} ", "", null })
        {
            claims["sub"] = subject;
            using var response = await _client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), claims));
            await AssertInvalidAsync(response);
        }

        claims.Remove("sub");
        using var none = await _client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), claims));
        await AssertInvalidAsync(none);
    }

    [Fact]
    public async Task Simultaneous_callers_each_get_their_own_user()
    {
        var emails = Enumerable.Range(0, 20).Select(_ => ApiMoves.NewEmail()).ToList();
        var tokens = await Task.WhenAll(emails.Select(async email =>
        {
            await _client.RegisterAsync(email);
            return await _client.LoginAsync(email);
        }));

        var seen = await Task.WhenAll(tokens.Concat(tokens).Select(async token =>
        {
            using var response = await _client.GetMeAsync(token);
            return (await response.ReadJsonAsync()).GetProperty("email").GetString()!;
        }));

        Assert.Equal([.. emails, .. emails], seen);
    }

    private async Task<string> RegisterAndLogInAsync()
    {
        await _client.RegisterAsync(_email, fullName: "Ada");
        return await _client.LoginAsync(_email);
    }

    private Task<int> ChangeAsync(Action<User> change) => shared.Api.WithDatabaseAsync(async database =>
    {
        change(await database.Users.SingleAsync(user => user.Email == _email));
        return await database.SaveChangesAsync();
    });

    private static async Task AssertInvalidAsync(HttpResponseMessage response)
    {
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }
}
