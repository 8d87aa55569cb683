using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.SecondFactors;

/// <summary>Who may change second factors, and how recent and how strong the proof of identity must be.</summary>
public abstract class FactorAccessTests(OwnApi own)
{
    private readonly BtecApi _api = own.Api;
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : FactorAccessTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : FactorAccessTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task Nobody_is_answered_without_a_token()
    {
        var id = Guid.CreateVersion7();
        foreach (var (method, path) in new[]
        {
            ("GET", FactorMoves.FactorsRoute), ("POST", FactorMoves.TotpRoute), ("POST", $"{FactorMoves.TotpRoute}/{id}/confirm"),
            ("DELETE", $"{FactorMoves.TotpRoute}/{id}"), ("POST", FactorMoves.CodesRoute),
        })
        {
            using var response = await _client.SendJsonAsync(HttpMethod.Parse(method), path, accessToken: null, new { code = "123456" });
            await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        }
    }

    [Fact]
    public async Task Changes_ask_for_a_recent_proof_and_reading_and_confirming_do_not()
    {
        var user = await _api.StartAccountWithTotpAsync();
        var waiting = await _api.BeginTotpAsync(user.Tokens);

        _api.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        using var justInTime = await _client.ReplaceCodesAsync(user.Tokens);
        _api.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(HttpStatusCode.OK, justInTime.StatusCode);
        await AssertStepUpAsync(user);
        Assert.Single((await _client.ListFactorsAsync(user.Tokens)).Items);
        using var confirmed = await _client.ConfirmTotpAsync(user.Tokens, waiting.Id, waiting.CodeAt());
        Assert.Equal(HttpStatusCode.OK, confirmed.StatusCode);
        await AssertStepUpAsync(user);
    }

    [Fact]
    public async Task The_password_alone_is_too_weak_for_a_user_with_a_second_factor()
    {
        var user = await _api.StartAccountWithTotpAsync();
        var id = Guid.Parse(user.Tokens.SessionId);
        await _api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.Amr, "pwd")));

        await AssertStepUpAsync(user);
    }

    private async Task AssertStepUpAsync(FactorUser user)
    {
        using var begun = await _client.TryBeginTotpAsync(user.Tokens);
        using var removed = await _client.RemoveTotpAsync(user.Tokens, user.Authenticator.Id);
        using var replaced = await _client.ReplaceCodesAsync(user.Tokens);

        foreach (var response in new[] { begun, removed, replaced })
            await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "step_up_required");
    }
}
