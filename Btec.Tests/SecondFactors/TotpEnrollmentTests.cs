using System.Net;
using System.Text.Json;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.SecondFactors;

/// <summary>Adding an authenticator, from the secret to the code that confirms it.</summary>
public abstract class TotpEnrollmentTests(OwnApi own)
{
    private readonly BtecApi _api = own.Api;
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : TotpEnrollmentTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : TotpEnrollmentTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    [Asvs("6.5.3")]
    public async Task A_secret_has_160_random_bits_and_its_URI_says_the_same_to_the_application()
    {
        var (_, email, tokens) = await _api.StartConfirmedAccountAsync();
        var now = _api.Clock.GetUtcNow();

        using var response = await _client.TryBeginTotpAsync(tokens, "Phone");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var body = await response.ReadJsonAsync();
        Assert.Equal(["expires_at", "id", "secret", "uri"], ApiMoves.NamesOf(body));
        var secret = body.GetProperty("secret").GetString()!;
        Assert.Matches("^[A-Z2-7]{32}$", secret);
        Assert.Equal(20, TestAuthenticator.Decode(secret).Length);
        Assert.Equal(
            $"otpauth://totp/btec:{Uri.EscapeDataString(email)}?secret={secret}&issuer=btec&algorithm=SHA1&digits=6&period=30",
            body.GetProperty("uri").GetString());
        SessionListMoves.AssertTime(now + TimeSpan.FromMinutes(10), body, "expires_at");
        Assert.NotEqual(secret, (await _api.BeginTotpAsync(tokens)).Secret, StringComparer.Ordinal);
    }

    [Fact]
    [Asvs("6.5.3", "6.5.4")]
    public async Task The_first_factor_is_confirmed_by_a_code_and_shows_ten_recovery_codes_once()
    {
        var (id, email, tokens) = await _api.StartConfirmedAccountAsync();
        var authenticator = await _api.BeginTotpAsync(tokens, "  Phone ");
        var before = await _client.ListFactorsAsync(tokens);
        Assert.Empty(before.Items);

        using var response = await _client.ConfirmTotpAsync(tokens, authenticator.Id, authenticator.CodeAt());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var codes = FactorMoves.ReadCodes(await response.ReadJsonAsync());
        Assert.Equal(10, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.All(codes, code => Assert.Matches("^[A-Z2-7]{6}(-[A-Z2-7]{6}){3}$", code));
        var (items, left) = await _client.ListFactorsAsync(tokens);
        var item = Assert.Single(items);
        Assert.Equal(["created_at", "id", "last_used_at", "name", "type"], ApiMoves.NamesOf(item));
        Assert.Equal(authenticator.Id, item.GetProperty("id").GetGuid());
        Assert.Equal("totp", item.GetProperty("type").GetString());
        Assert.Equal("Phone", item.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, item.GetProperty("last_used_at").ValueKind);
        Assert.Equal(10, left);
        Assert.True((await FindUserAsync(id)).HasSecondFactor);
        var mail = Assert.Single(await _api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.FactorAdded);
        Assert.Equal(SecondFactorKind.Totp, mail.Values.Factor);
        Assert.Equal(["success"], await _api.ReadEventsAsync(id, "factor.added"));
    }

    [Fact]
    public async Task A_further_factor_shows_no_recovery_codes_and_leaves_those_of_the_first()
    {
        var user = await _api.StartAccountWithTotpAsync();
        var before = await ReadHashesAsync(user.Id);
        _api.Clock.Advance(TimeSpan.FromMinutes(1));

        var (_, codes) = await _api.AddTotpAsync(user.Tokens, "Tablet");

        Assert.Empty(codes);
        Assert.Equal(before, await ReadHashesAsync(user.Id));
        var (items, left) = await _client.ListFactorsAsync(user.Tokens);
        Assert.Equal([null, "Tablet"], SessionListMoves.TextsOf(items, "name"));
        Assert.Equal(10, left);
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task A_code_may_be_one_time_step_away_and_not_two(int step, bool isTaken)
    {
        var (_, _, tokens) = await _api.StartConfirmedAccountAsync();
        var authenticator = await _api.BeginTotpAsync(tokens);

        using var response = await _client.ConfirmTotpAsync(tokens, authenticator.Id, authenticator.CodeAt(step));

        Assert.Equal(isTaken ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    [Fact]
    [Asvs("6.5.1")]
    public async Task The_code_that_confirmed_a_factor_and_earlier_ones_are_used_up()
    {
        var (id, _, tokens) = await _api.StartConfirmedAccountAsync();
        var authenticator = await _api.BeginTotpAsync(tokens);

        using var response = await _client.ConfirmTotpAsync(tokens, authenticator.Id, authenticator.CodeAt());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            _api.Clock.GetUtcNow().ToUnixTimeSeconds() / 30,
            await _api.WithDatabaseAsync(database => database.TotpFactors
                .Where(factor => factor.UserId == id).Select(factor => factor.LastStep).SingleAsync()));
    }

    [Fact]
    public async Task A_wrong_code_is_a_422_that_names_the_member_and_changes_nothing()
    {
        var (id, email, tokens) = await _api.StartConfirmedAccountAsync();
        var authenticator = await _api.BeginTotpAsync(tokens);

        using var response = await _client.ConfirmTotpAsync(tokens, authenticator.Id, authenticator.WrongCode());

        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "code_wrong");
        Assert.Equal("code", Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
        Assert.Equal(["code_wrong"], await _api.ReadEventsAsync(id, "factor.added"));
        Assert.Empty((await _client.ListFactorsAsync(tokens)).Items);
        Assert.False((await FindUserAsync(id)).HasSecondFactor);
        Assert.DoesNotContain(await _api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.FactorAdded);
        using var second = await _client.ConfirmTotpAsync(tokens, authenticator.Id, authenticator.CodeAt());
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Fact]
    public async Task A_secret_can_be_confirmed_until_it_expires_and_not_from_then_on()
    {
        var (_, _, tokens) = await _api.StartConfirmedAccountAsync();
        var (_, _, others) = await _api.StartConfirmedAccountAsync();
        var intime = await _api.BeginTotpAsync(tokens);
        var late = await _api.BeginTotpAsync(others);

        _api.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        using var confirmed = await _client.ConfirmTotpAsync(tokens, intime.Id, intime.CodeAt());
        _api.Clock.Advance(TimeSpan.FromSeconds(1));
        using var expired = await _client.ConfirmTotpAsync(others, late.Id, late.CodeAt());

        Assert.Equal(HttpStatusCode.OK, confirmed.StatusCode);
        await expired.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_new_secret_replaces_the_one_that_waits()
    {
        var (id, _, tokens) = await _api.StartConfirmedAccountAsync();
        var first = await _api.BeginTotpAsync(tokens);
        var second = await _api.BeginTotpAsync(tokens);

        using var old = await _client.ConfirmTotpAsync(tokens, first.Id, first.CodeAt());
        await old.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        using var current = await _client.ConfirmTotpAsync(tokens, second.Id, second.CodeAt());

        Assert.Equal(HttpStatusCode.OK, current.StatusCode);
        Assert.Equal(1, await CountRowsAsync(id));
    }

    [Fact]
    public async Task A_confirmed_factor_cannot_be_confirmed_again()
    {
        var user = await _api.StartAccountWithTotpAsync();

        using var again = await _client.ConfirmTotpAsync(user.Tokens, user.Authenticator.Id, user.Authenticator.CodeAt());

        await again.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    [Asvs("7.4.3")]
    public async Task Other_sessions_end_and_the_one_of_the_confirmation_stays_and_counts_as_two_factors()
    {
        var (id, email, tokens) = await _api.StartConfirmedAccountAsync();
        var other = await _client.StartSessionAsync(email);
        var authTime = (await FindSessionAsync(tokens)).AuthTime;
        _api.Clock.Advance(TimeSpan.FromMinutes(1));

        await _api.AddTotpAsync(tokens);

        await _client.AssertEndedAsync(other);
        var session = await FindSessionAsync(tokens);
        Assert.Equal("pwd otp mfa", session.Amr);
        Assert.Equal(authTime, session.AuthTime);
        using var again = await _client.TryBeginTotpAsync(tokens);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(["success"], await _api.ReadEventsAsync(id, "factor.added"));
    }

    [Fact]
    public async Task A_further_factor_ends_other_sessions_too_and_changes_no_session_by_itself()
    {
        var user = await _api.StartAccountWithTotpAsync();
        await ChangeSessionAsync(user.Tokens, "swk user mfa");

        await _api.AddTotpAsync(user.Tokens);

        Assert.Equal("swk user mfa", (await FindSessionAsync(user.Tokens)).Amr);
    }

    [Fact]
    public async Task An_address_that_is_not_confirmed_gets_no_secret()
    {
        var (id, _, tokens) = await _client.StartAccountAsync();

        using var response = await _client.TryBeginTotpAsync(tokens);

        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "email_unverified");
        Assert.Equal(0, await CountRowsAsync(id));
    }

    [Fact]
    public async Task A_user_has_at_most_five_authenticators()
    {
        var user = await _api.StartAccountWithTotpAsync();
        for (var factor = 1; factor < 5; factor++)
            await _api.AddTotpAsync(user.Tokens);

        using var sixth = await _client.TryBeginTotpAsync(user.Tokens);

        await sixth.AssertProblemAsync(HttpStatusCode.Conflict, "too_many_factors");
        Assert.Equal(5, (await _client.ListFactorsAsync(user.Tokens)).Items.Count);
        using var removed = await _client.RemoveTotpAsync(user.Tokens, user.Authenticator.Id);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await _api.AddTotpAsync(user.Tokens);
    }

    [Fact]
    public async Task Logins_that_wait_for_a_second_factor_begin_again_when_a_factor_is_added()
    {
        var user = await _api.StartAccountWithTotpAsync();
        await _api.AddPendingLoginRowAsync(user.Id);

        await _api.AddTotpAsync(user.Tokens);

        Assert.Equal(0, await _api.CountPendingLoginsAsync(user.Id));
    }

    private Task<User> FindUserAsync(int id) =>
        _api.WithDatabaseAsync(database => database.Users.AsNoTracking().SingleAsync(user => user.Id == id));

    private Task<Session> FindSessionAsync(Tokens tokens)
    {
        var id = Guid.Parse(tokens.SessionId);
        return _api.WithDatabaseAsync(database => database.Sessions.AsNoTracking().SingleAsync(session => session.Id == id));
    }

    private Task<int> ChangeSessionAsync(Tokens tokens, string amr)
    {
        var id = Guid.Parse(tokens.SessionId);
        return _api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.Amr, amr)));
    }

    private Task<int> CountRowsAsync(int userId) =>
        _api.WithDatabaseAsync(database => database.TotpFactors.CountAsync(factor => factor.UserId == userId));

    private async Task<IReadOnlyList<string>> ReadHashesAsync(int userId)
    {
        var hashes = await _api.WithDatabaseAsync(database => database.RecoveryCodes
            .Where(code => code.UserId == userId).Select(code => code.Hash).ToListAsync());
        return [.. hashes.Select(Convert.ToHexString).Order(StringComparer.Ordinal)];
    }
}
