using System.Net;
using System.Text.Json;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract class RegisterTests(SharedApi shared)
{
    private const string Route = "/api/auth/register";
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : RegisterTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : RegisterTests(shared);

    [Fact]
    public async Task Registering_creates_a_user_with_a_location()
    {
        var email = ApiMoves.NewEmail();

        using var response = await _client.PostJsonAsync(
            Route, new { email, password = ApiMoves.Password, full_name = "Ada Lovelace" });

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var user = await response.ReadJsonAsync();
        Assert.True(user.GetProperty("id").GetInt32() > 0);
        Assert.Equal($"/api/users/{user.GetProperty("id").GetInt32()}", response.Headers.Location?.OriginalString);
        Assert.Equal(email, user.GetProperty("email").GetString());
        Assert.Equal("Ada Lovelace", user.GetProperty("full_name").GetString());
        Assert.True(user.GetProperty("is_active").GetBoolean());
        Assert.False(user.GetProperty("is_superuser").GetBoolean());
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    [Asvs("15.3.1")]
    public async Task The_response_contains_neither_the_password_nor_its_hash()
    {
        using var response = await _client.PostJsonAsync(
            Route, new { email = ApiMoves.NewEmail(), password = "Tr0ub4dor&3-unique" });

        var text = await response.ReadTextAsync();
        Assert.DoesNotContain("Tr0ub4dor", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("password", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("hash", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("$2b$", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Asvs("11.4.2")]
    public async Task The_password_is_stored_as_a_bcrypt_hash_of_the_configured_cost()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);

        var stored = await shared.Api.WithDatabaseAsync(database =>
            database.Users.Where(user => user.Email == email).Select(user => user.HashedPassword).SingleAsync());

        Assert.Matches(@"^\$2b\$04\$[./A-Za-z0-9]{53}$", stored);
    }

    [Fact]
    public async Task Two_users_with_the_same_password_have_different_hashes()
    {
        var (first, second) = (ApiMoves.NewEmail(), ApiMoves.NewEmail());
        await _client.RegisterAsync(first);
        await _client.RegisterAsync(second);

        var hashes = await shared.Api.WithDatabaseAsync(database =>
            database.Users.Where(user => user.Email == first || user.Email == second)
                .Select(user => user.HashedPassword).ToListAsync());

        Assert.Equal(2, hashes.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_registered_user_can_log_in_and_read_the_same_profile()
    {
        var email = ApiMoves.NewEmail();
        var registered = await _client.RegisterAsync(email, fullName: "Grace Hopper");

        using var response = await _client.GetMeAsync(await _client.LoginAsync(email));

        Assert.Equal(registered.GetRawText(), (await response.ReadJsonAsync()).GetRawText());
    }

    [Theory]
    [InlineData("user-{0}@example.com")]
    [InlineData("USER-{0}@EXAMPLE.COM")]
    [InlineData("  user-{0}@Example.com\t\r\n")]
    public async Task A_taken_address_is_a_conflict_in_any_case_and_with_surrounding_white_space(string again)
    {
        var id = ApiMoves.NewEmail()[4..^12];
        await _client.RegisterAsync($"user-{id}@example.com");

        using var response = await _client.PostJsonAsync(
            Route, new { email = again.Replace("{0}", id, StringComparison.Ordinal), password = "another password" });

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "email_taken");
        Assert.True(response.Headers.CacheControl?.NoStore);
        await _client.LoginAsync($"user-{id}@example.com");
    }

    [Fact]
    [Asvs("2.3.4")]
    public async Task Of_fifty_simultaneous_registrations_of_one_address_one_succeeds()
    {
        var email = ApiMoves.NewEmail();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async number =>
        {
            using var response = await _client.PostJsonAsync(
                Route, new { email = number % 2 == 0 ? email : email.ToUpperInvariant(), password = ApiMoves.Password });
            return (response.StatusCode, Body: await response.ReadJsonAsync());
        }));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        var others = answers.Where(answer => answer.StatusCode != HttpStatusCode.Created).ToList();
        Assert.Equal(49, others.Count);
        Assert.All(others, answer => Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode));
        Assert.All(others, answer => Assert.Equal("email_taken", answer.Body.GetProperty("code").GetString()));
        Assert.Equal(1, await shared.Api.WithDatabaseAsync(database => database.Users.CountAsync(user => user.Email == email)));
    }

    [Fact]
    public async Task Fifty_simultaneous_registrations_of_different_addresses_all_succeed_with_distinct_ids()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
            (await _client.RegisterAsync(ApiMoves.NewEmail())).GetProperty("id").GetInt32()));

        Assert.Equal(50, ids.Distinct().Count());
    }

    [Fact]
    public async Task An_id_is_never_reused_so_the_token_of_a_deleted_user_stays_invalid()
    {
        var email = ApiMoves.NewEmail();
        var deleted = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var token = await _client.LoginAsync(email);
        await shared.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Id == deleted).ExecuteDeleteAsync());

        var next = await _client.RegisterAsync(email);

        Assert.True(next.GetProperty("id").GetInt32() > deleted);
        using var response = await _client.GetMeAsync(token);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    [Fact]
    [Asvs("8.2.3", "15.3.3")]
    public async Task Unknown_members_are_ignored()
    {
        using var response = await _client.PostTextAsync(
            Route,
            $$"""
            {"is_superuser": true, "is_active": false, "id": 1, "hashed_password": "x", "created_at": "2020-01-01",
             "Email": 5, "EMAIL": null, "fullName": "Mallory", "FullName": 5, "full-name": [], "": {"a": [1, {"b": null}]},
             "email": "{{ApiMoves.NewEmail()}}", "password": "{{ApiMoves.Password}}", "Password": 5, "__proto__": {},
             "$type": "System.Object", "x": "\ud800"}
            """);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var user = await response.ReadJsonAsync();
        Assert.True(user.GetProperty("is_active").GetBoolean());
        Assert.False(user.GetProperty("is_superuser").GetBoolean());
        Assert.Equal(JsonValueKind.Null, user.GetProperty("full_name").ValueKind);
    }

    [Fact]
    public async Task Member_names_and_values_may_be_escaped()
    {
        var email = ApiMoves.NewEmail();

        using var response = await _client.PostTextAsync(
            Route,
            $$"""{"\u0065mail": "{{email}}", "pass\u0077ord": "\u0063orrect horse battery", "full\u005fname": "\ud835\udd38da"}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("𝔸da", (await response.ReadJsonAsync()).GetProperty("full_name").GetString());
        await _client.LoginAsync(email);
    }

    [Theory]
    [InlineData("{}", "email", "password")]
    [InlineData("""{"full_name": "Ada"}""", "email", "password")]
    [InlineData("""{"email": "ada@example.com"}""", "password")]
    [InlineData("""{"password": "correct horse battery"}""", "email")]
    [InlineData("""{"Email": "ada@example.com", "PASSWORD": "correct horse battery"}""", "email", "password")]
    [InlineData("""{"email": null, "password": null, "full_name": null}""", "email", "password")]
    [InlineData("""{"email": 5, "password": true, "full_name": []}""", "email", "password", "full_name")]
    [InlineData("""{"email": {}, "password": 1.5e400, "full_name": false}""", "email", "password", "full_name")]
    [InlineData("""{"email": ["ada@example.com"], "password": "correct horse battery"}""", "email")]
    [InlineData("""{"email": "ada@example.com", "password": 12345678}""", "password")]
    [InlineData("""{"email": "ada@example.com", "password": "correct horse battery", "full_name": 0}""", "full_name")]
    [InlineData("""{"email": "not an address", "password": "short", "full_name": "a\u0000b"}""", "email", "password", "full_name")]
    [InlineData("""{"email": "", "password": "", "full_name": ""}""", "email", "password")]
    public async Task All_invalid_members_are_reported_at_once(string json, params string[] members)
    {
        using var response = await _client.PostTextAsync(Route, json);

        await response.AssertRefusedMembersAsync(members);
    }

    [Fact]
    public async Task A_refusal_does_not_echo_the_password()
    {
        using var response = await _client.PostJsonAsync(Route, new { email = "no address", password = "Tr0ub4d" });

        await response.AssertRefusedMembersAsync("email", "password");
        Assert.DoesNotContain("Tr0ub4d", await response.ReadTextAsync(), StringComparison.Ordinal);
    }
}
