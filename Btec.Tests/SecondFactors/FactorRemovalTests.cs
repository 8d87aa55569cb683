using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.SecondFactors;

/// <summary>Removing authenticators, and the recovery codes that belong to them.</summary>
public abstract class FactorRemovalTests(SharedApi shared)
{
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : FactorRemovalTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : FactorRemovalTests(shared);

    [Fact]
    public async Task The_recovery_codes_and_the_mark_of_the_user_go_with_the_last_factor_and_not_before()
    {
        var user = await _api.StartAccountWithTotpAsync();
        var (second, _) = await _api.AddTotpAsync(user.Tokens);

        using var removed = await _client.RemoveTotpAsync(user.Tokens, user.Authenticator.Id);

        await removed.AssertEmptyAsync(HttpStatusCode.NoContent);
        var (items, left) = await _client.ListFactorsAsync(user.Tokens);
        Assert.Equal(second.Id, Assert.Single(items).GetProperty("id").GetGuid());
        Assert.Equal(10, left);
        Assert.True(await HasSecondFactorAsync(user.Id));
        using var last = await _client.RemoveTotpAsync(user.Tokens, second.Id);
        Assert.Equal(HttpStatusCode.NoContent, last.StatusCode);
        (items, left) = await _client.ListFactorsAsync(user.Tokens);
        Assert.Empty(items);
        Assert.Equal(0, left);
        Assert.False(await HasSecondFactorAsync(user.Id));
        Assert.Equal(2, (await _api.ReadMailsAsync(user.Email)).Count(mail => mail.Template == MailTemplate.FactorRemoved));
        Assert.Equal(["success", "success"], await _api.ReadEventsAsync(user.Id, "factor.removed"));
        await _client.StartSessionAsync(user.Email);
    }

    [Fact]
    public async Task A_passkey_keeps_the_recovery_codes_when_the_last_authenticator_goes()
    {
        var user = await _api.StartAccountWithTotpAsync();
        await _api.AddPasskeyRowAsync(user.Id);

        using var removed = await _client.RemoveTotpAsync(user.Tokens, user.Authenticator.Id);

        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        var (items, left) = await _client.ListFactorsAsync(user.Tokens);
        Assert.Equal("passkey", Assert.Single(items).GetProperty("type").GetString());
        Assert.Equal(10, left);
        Assert.True(await HasSecondFactorAsync(user.Id));
    }

    [Fact]
    public async Task Logins_that_wait_for_a_second_factor_begin_again_when_one_is_removed()
    {
        var user = await _api.StartAccountWithTotpAsync();
        await _api.AddPendingLoginRowAsync(user.Id);

        using var removed = await _client.RemoveTotpAsync(user.Tokens, user.Authenticator.Id);

        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal(0, await _api.CountPendingLoginsAsync(user.Id));
    }

    [Fact]
    public async Task A_secret_that_waits_can_be_removed_without_a_mail_or_an_event()
    {
        var (id, email, tokens) = await _api.StartConfirmedAccountAsync();
        var authenticator = await _api.BeginTotpAsync(tokens);

        using var removed = await _client.RemoveTotpAsync(tokens, authenticator.Id);

        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        using var confirmed = await _client.ConfirmTotpAsync(tokens, authenticator.Id, authenticator.CodeAt());
        await confirmed.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.DoesNotContain(await _api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.FactorRemoved);
        Assert.Empty(await _api.ReadEventsAsync(id, "factor.removed"));
    }

    [Fact]
    public async Task A_factor_is_removed_once()
    {
        var user = await _api.StartAccountWithTotpAsync();
        var (second, _) = await _api.AddTotpAsync(user.Tokens);

        var responses = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _client.RemoveTotpAsync(user.Tokens, second.Id)));

        Assert.Equal(
            [HttpStatusCode.NoContent, .. Enumerable.Repeat(HttpStatusCode.NotFound, 4)],
            responses.Select(response => response.StatusCode).Order());
        Assert.Equal(["success"], await _api.ReadEventsAsync(user.Id, "factor.removed"));
    }

    [Fact]
    public async Task Factors_of_others_do_not_exist()
    {
        var user = await _api.StartAccountWithTotpAsync();
        var waiting = await _api.BeginTotpAsync(user.Tokens);
        var other = await _api.StartAccountWithTotpAsync();

        using var removed = await _client.RemoveTotpAsync(other.Tokens, user.Authenticator.Id);
        using var confirmed = await _client.ConfirmTotpAsync(other.Tokens, waiting.Id, waiting.CodeAt());

        await removed.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await confirmed.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Single((await _client.ListFactorsAsync(user.Tokens)).Items);
    }

    [Fact]
    [Asvs("6.5.2")]
    public async Task New_recovery_codes_void_the_old_ones()
    {
        var user = await _api.StartAccountWithTotpAsync();

        using var response = await _client.ReplaceCodesAsync(user.Tokens);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var codes = FactorMoves.ReadCodes(await response.ReadJsonAsync());
        Assert.Equal(10, codes.Count);
        Assert.Empty(codes.Intersect(user.RecoveryCodes, StringComparer.Ordinal));
        Assert.Equal(10, (await _client.ListFactorsAsync(user.Tokens)).CodesLeft);
        Assert.Equal(
            codes.Select(code => Convert.ToHexString(FactorMoves.HashOf(code))).Order(StringComparer.Ordinal),
            (await ReadHashesAsync(user.Id)).Order(StringComparer.Ordinal));
        Assert.Single(await _api.ReadMailsAsync(user.Email), mail => mail.Template == MailTemplate.RecoveryCodesCreated);
        Assert.Equal(["success"], await _api.ReadEventsAsync(user.Id, "recovery_codes.created"));
    }

    [Fact]
    public async Task Without_a_second_factor_there_are_no_recovery_codes()
    {
        var (id, _, tokens) = await _api.StartConfirmedAccountAsync();

        using var response = await _client.ReplaceCodesAsync(tokens);

        var problem = await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Contains("second factor", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(await ReadHashesAsync(id));
    }

    private async Task<IReadOnlyList<string>> ReadHashesAsync(int userId) => [.. (await _api.WithDatabaseAsync(database =>
        database.RecoveryCodes.Where(code => code.UserId == userId).Select(code => code.Hash).ToListAsync())).Select(Convert.ToHexString)];

    private Task<bool> HasSecondFactorAsync(int userId) =>
        _api.WithDatabaseAsync(database => database.Users
            .Where(user => user.Id == userId).Select(user => user.HasSecondFactor).SingleAsync());
}
