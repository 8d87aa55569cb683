using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.SecondFactors;

/// <summary>Simultaneous changes of the second factors of one user.</summary>
public abstract class FactorRaceTests(SharedApi shared)
{
    private const int Simultaneous = 20;
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : FactorRaceTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : FactorRaceTests(shared)
    {
        [Fact]
        public async Task A_session_that_ends_while_its_confirmation_waits_adds_nothing()
        {
            var (id, _, tokens) = await Api.StartConfirmedAccountAsync();
            var authenticator = await Api.BeginTotpAsync(tokens);
            await using var connection = await Api.Database.ConnectAsync();
            await connection.ExecuteAsync("BEGIN");
            await connection.ExecuteAsync($"UPDATE users SET session_epoch = session_epoch + 1 WHERE id = {id}");

            var confirmation = Client.ConfirmTotpAsync(tokens, authenticator.Id, authenticator.CodeAt());
            await connection.WaitForBlockedAsync();
            await connection.ExecuteAsync("COMMIT");

            using var response = await confirmation;
            await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
            Assert.Equal((1, false), await Api.CountFactorsAsync(id));
        }
    }

    protected BtecApi Api => _api;

    protected HttpClient Client => _client;

    [Fact]
    public async Task Of_simultaneous_confirmations_one_shows_the_recovery_codes()
    {
        var (id, _, tokens) = await _api.StartConfirmedAccountAsync();
        var authenticator = await _api.BeginTotpAsync(tokens);
        var code = authenticator.CodeAt();

        var responses = await Task.WhenAll(Enumerable.Range(0, Simultaneous)
            .Select(_ => _client.ConfirmTotpAsync(tokens, authenticator.Id, code)));

        var confirmed = Assert.Single(responses, response => response.StatusCode == HttpStatusCode.OK);
        Assert.All(
            responses.Where(response => response != confirmed), response => Assert.Equal(HttpStatusCode.NotFound, response.StatusCode));
        Assert.Equal(10, FactorMoves.ReadCodes(await confirmed.ReadJsonAsync()).Count);
        Assert.Equal((11, true), await _api.CountFactorsAsync(id));
        Assert.Equal(["success"], await _api.ReadEventsAsync(id, "factor.added"));
    }

    [Fact]
    public async Task Simultaneous_additions_never_lead_to_more_than_five_authenticators()
    {
        var user = await _api.StartAccountWithTotpAsync();
        for (var factor = 1; factor < 4; factor++)
            await _api.AddTotpAsync(user.Tokens);

        await Task.WhenAll(Enumerable.Range(0, Simultaneous).Select(async _ =>
        {
            using var begun = await _client.TryBeginTotpAsync(user.Tokens);
            if (begun.StatusCode == HttpStatusCode.Conflict)
                return;

            Assert.Equal(HttpStatusCode.Created, begun.StatusCode);
            var body = await begun.ReadJsonAsync();
            var authenticator = new TestAuthenticator(
                body.GetProperty("id").GetGuid(), body.GetProperty("secret").GetString()!, _api.Clock);
            using var confirmed = await _client.ConfirmTotpAsync(user.Tokens, authenticator.Id, authenticator.CodeAt());
            Assert.True(confirmed.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{confirmed.StatusCode}");
        }));

        Assert.InRange((await _client.ListFactorsAsync(user.Tokens)).Items.Count, 4, 5);
        Assert.InRange(await _api.WithDatabaseAsync(database => database.TotpFactors.CountAsync(factor => factor.UserId == user.Id)), 4, 5);
    }

    [Fact]
    public async Task A_login_beside_the_removal_of_the_last_factor_is_asked_for_it_or_not_and_the_user_ends_without()
    {
        for (var round = 0; round < 5; round++)
        {
            var user = await _api.StartAccountWithTotpAsync();

            var login = _client.PostFormAsync("/api/auth/login", ("username", user.Email), ("password", ApiMoves.Password));
            using var removed = await _client.RemoveTotpAsync(user.Tokens, user.Authenticator.Id);
            using var loggedIn = await login;

            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
            Assert.True(loggedIn.StatusCode is HttpStatusCode.OK or HttpStatusCode.Forbidden, $"{loggedIn.StatusCode}");
            Assert.False((await _api.CountFactorsAsync(user.Id)).HasSecondFactor);
            await _client.StartSessionAsync(user.Email);
        }
    }

    [Fact]
    public async Task Of_simultaneous_replacements_of_the_recovery_codes_those_of_one_work()
    {
        var user = await _api.StartAccountWithTotpAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _client.ReplaceCodesAsync(user.Tokens)));

        var shown = new List<IReadOnlyList<string>>();
        foreach (var response in responses)
            shown.Add(FactorMoves.ReadCodes(await response.ReadJsonAsync()));

        var stored = (await _api.WithDatabaseAsync(database => database.RecoveryCodes
            .Where(code => code.UserId == user.Id).Select(code => code.Hash).ToListAsync())).Select(Convert.ToHexString).ToList();
        Assert.Equal(10, stored.Count);
        Assert.Single(shown, codes => codes.All(code =>
            stored.Contains(Convert.ToHexString(FactorMoves.HashOf(code)), StringComparer.Ordinal)));
    }
}
