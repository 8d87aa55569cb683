using System.Net;
using System.Text.Json;
using Btec.Data;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

/// <summary>Text that PostgreSQL refuses, in every place of a request: it never reaches a statement, and never is a server
/// error.</summary>
public abstract class StoredTextTests(OwnApi own)
{
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : StoredTextTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : StoredTextTests(own), IClassFixture<OwnPostgresApi>;

    [Theory]
    [InlineData("/api/audit-events", "type=a%00b", "type")]
    [InlineData("/api/audit-events", "type=a%01b", "type")]
    [InlineData("/api/audit-events", "type=a%C2%85b", "type")]
    [InlineData("/api/audit-events", "type=%7F", "type")]
    [InlineData("/api/audit-events", "from=%00", "from")]
    [InlineData("/api/audit-events", "from=2026-01-31T09:30:00Z%00", "from")]
    [InlineData("/api/audit-events", "cursor=%00", "cursor")]
    [InlineData("/api/users", "q=a%00bc", "q")]
    [InlineData("/api/users", "q=abc%0Ad", "q")]
    [InlineData("/api/users", "cursor=%00", "cursor")]
    [InlineData("/api/users", "is_active=true%00", "is_active")]
    public async Task A_control_character_in_a_query_is_refused(string route, string query, string member)
    {
        var superuser = (await own.Api.StartSessionOfSuperuserAsync()).Access;

        using var response = await _client.GetAsync($"{route}?{query}", superuser);

        await response.AssertRefusedMembersAsync(member);
    }

    [Theory]
    [InlineData("1%00")]
    [InlineData("%001")]
    [InlineData("+1")]
    [InlineData("%2B1")]
    [InlineData("-1")]
    [InlineData("%201")]
    [InlineData("1%20")]
    [InlineData("1%09")]
    [InlineData("%EF%BC%91")]
    [InlineData("%D9%A1")]
    [InlineData("1.0")]
    [InlineData("1e1")]
    [InlineData("0x1")]
    [InlineData("1,0")]
    public async Task A_number_has_digits_only(string number)
    {
        var superuser = (await own.Api.StartSessionOfSuperuserAsync()).Access;

        foreach (var (route, member) in new[] { ("/api/audit-events", "user_id"), ("/api/audit-events", "limit"), ("/api/users", "limit") })
        {
            using var response = await _client.GetAsync($"{route}?{member}={number}", superuser);
            await response.AssertRefusedMembersAsync(member);
        }

        using var user = await _client.GetAsync($"/api/users/{number}", superuser);
        Assert.True(user.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{user.StatusCode}");
    }

    [Theory]
    [InlineData("2026-01-31T09:30:00Z")]
    [InlineData("2026-01-31T09:30:00.123456Z")]
    [InlineData("2026-01-31T09:30:00.1234567891%2B02:00")]
    [InlineData("2026-01-31T09:30:00-14:00")]
    public async Task A_time_has_the_form_of_RFC_3339(string moment)
    {
        var superuser = (await own.Api.StartSessionOfSuperuserAsync()).Access;

        using var accepted = await _client.GetAsync($"/api/audit-events?from={moment}", superuser);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        foreach (var other in new[]
        {
            moment.Replace("T", "%20", StringComparison.Ordinal), $"%20{moment}", $"{moment}%20",
            moment.Replace("2026-01-31", "31%20January%202026", StringComparison.Ordinal),
            moment.Replace("2026", "%EF%BC%92026", StringComparison.Ordinal), moment.Replace('-', '/'),
        })
        {
            using var refused = await _client.GetAsync($"/api/audit-events?from={other}", superuser);
            await refused.AssertRefusedMembersAsync("from");
        }
    }

    [Theory]
    [InlineData("true")]
    [InlineData("True")]
    [InlineData("TRUE")]
    [InlineData("False")]
    public async Task A_boolean_is_read_in_any_case(string value)
    {
        var superuser = (await own.Api.StartSessionOfSuperuserAsync()).Access;

        using var response = await _client.GetAsync($"/api/users?is_active={value}", superuser);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.All(
            (await response.ReadJsonAsync()).GetProperty("items").EnumerateArray(),
            user => Assert.Equal(bool.Parse(value), user.GetProperty("is_active").GetBoolean()));
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("\\u0001")]
    [InlineData("\\ud800")]
    [InlineData("\\udc00")]
    public async Task A_control_character_or_half_a_character_in_JSON_is_refused(string escape)
    {
        using var register = await _client.PostTextAsync(
            "/api/auth/register",
            $$"""{"email": "a{{escape}}b@example.com", "password": "{{ApiMoves.Password}}", "full_name": "A{{escape}}b"}""");
        using var recovery = await _client.PostTextAsync("/api/auth/password-recovery", $$"""{"email": "a{{escape}}b@example.com"}""");
        using var link = await _client.PostTextAsync("/api/auth/email-verification/confirm", $$"""{"token": "a{{escape}}b"}""");

        await register.AssertRefusedMembersAsync("email", "full_name");
        await recovery.AssertRefusedMembersAsync("email");
        Assert.True(link.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity, $"{link.StatusCode}");
    }

    [Theory]
    [InlineData("/api/auth/login", "username=a%00b%40example.com&password=x", 401)]
    [InlineData("/api/auth/login", "username=ada%40example.com&password=%00", 401)]
    [InlineData("/api/auth/token", "grant_type=password&username=a%00b%40example.com&password=x", 400)]
    [InlineData("/api/auth/token", "grant_type=refresh_token&refresh_token=a%00b", 400)]
    [InlineData("/api/auth/token", "grant_type=%00", 400)]
    [InlineData("/api/auth/revoke", "token=a%00b", 200)]
    public async Task A_control_character_in_a_form_is_no_server_error(string route, string form, int status)
    {
        using var response = await _client.PostBytesAsync(
            route, System.Text.Encoding.ASCII.GetBytes(form), "application/x-www-form-urlencoded");

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData('\0')]
    [InlineData('\ud800')]
    [InlineData('\udc00')]
    public async Task Text_that_no_reader_has_checked_never_reaches_a_statement(char stray)
    {
        var text = $"a{stray}b";
        await Assert.ThrowsAsync<UnstorableTextException>(() => own.Api.WithDatabaseAsync(
            database => database.Users.CountAsync(user => user.Email == text)));
        await Assert.ThrowsAsync<UnstorableTextException>(() => own.Api.WithDatabaseAsync(
            database => database.Users.CountAsync(user => user.Email == EF.Constant(text))));
        string[] several = ["a", text];
        await Assert.ThrowsAsync<UnstorableTextException>(() => own.Api.WithDatabaseAsync(
            database => database.Users.CountAsync(user => several.Contains(user.Email))));
        Assert.Equal(0, await own.Api.WithDatabaseAsync(database => database.Users.CountAsync(user => user.Email == "\U0001F600")));
    }

    [Fact]
    public async Task A_refused_filter_leaves_the_next_valid_one_as_it_was()
    {
        var superuser = (await own.Api.StartSessionOfSuperuserAsync()).Access;
        const string Valid = "/api/audit-events?type=login&to=2000-01-01T00:00:00Z";
        for (var round = 0; round < 20; round++)
        {
            var isRefused = round % 5 == 4;
            using var response = await _client.GetAsync(isRefused ? Valid.Replace("login", "%00", StringComparison.Ordinal) : Valid, superuser);
            Assert.Equal(isRefused ? 422 : 200, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task Every_time_has_six_digits_of_a_second_and_is_in_UTC()
    {
        var superuser = (await own.Api.StartSessionOfSuperuserAsync()).Access;
        foreach (var (route, members) in new (string, string[])[]
        {
            ("/api/users/me", ["created_at"]),
            ("/api/users", ["created_at"]),
            ("/api/users/me/sessions", ["created_at", "last_seen_at", "expires_at"]),
            ("/api/audit-events", ["occurred_at"]),
        })
        {
            using var response = await _client.GetAsync(route, superuser);
            var text = await response.ReadTextAsync();
            Assert.Matches(@"_at"":""", text);
            foreach (var member in members)
                Assert.All(FindTexts(JsonSerializer.Deserialize<JsonElement>(text), member), AssertMoment);
        }
    }

    private static void AssertMoment(string moment) => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", moment);

    private static IEnumerable<string> FindTexts(JsonElement json, string member) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().SelectMany(item => FindTexts(item, member)),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property =>
            property.Name == member && property.Value.ValueKind == JsonValueKind.String
                ? [property.Value.GetString()!]
                : FindTexts(property.Value, member)),
        _ => [],
    };
}
