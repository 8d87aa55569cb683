using Btec.Tests.Infrastructure;

namespace Btec.Tests.StepUp;

/// <summary>The time for which a proof of identity counts.</summary>
public abstract class StepUpTimeTests(OwnApi own)
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly BtecApi _api = own.Api;
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : StepUpTimeTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : StepUpTimeTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task A_login_counts_until_the_maximum_age_and_not_a_second_longer()
    {
        var (_, _, tokens) = await _client.StartAccountAsync();

        _api.Clock.Advance(StepUpMoves.MaxAge);
        await _client.AssertPassesAsync(tokens.Access);
        _api.Clock.Advance(s_second);

        await _client.AssertMustStepUpAsync(tokens.Access);
        await _client.AssertMustStepUpAsync((await _client.RefreshAsync(tokens.Refresh)).Access);
    }

    [Fact]
    public async Task A_code_counts_until_the_maximum_age_and_not_a_second_longer()
    {
        var (id, _, tokens) = await _client.StartAccountAsync();
        var codeOf = await _api.AddAuthenticatorAsync(id);
        var access = await _client.StepUpAsync(tokens.Access, new { code = codeOf() });

        _api.Clock.Advance(StepUpMoves.MaxAge);
        await _client.AssertPassesAsync(access);
        _api.Clock.Advance(s_second);

        await _client.AssertMustStepUpAsync(access, "urn:btec:acr:mfa phr");
        access = await _client.StepUpAsync(access, new { code = codeOf() });
        await _client.AssertPassesAsync(access);
    }

    /// <summary>The instance that took the proof may have a clock that is ahead, within the skew that tokens are granted.</summary>
    [Fact]
    public async Task A_proof_from_the_future_counts_within_the_clock_skew_only()
    {
        var (_, _, tokens) = await _client.StartAccountAsync();

        await _api.SetProofAsync(tokens.SessionId, TimeSpan.FromSeconds(-30));
        await _client.AssertPassesAsync(tokens.Access);
        await _api.SetProofAsync(tokens.SessionId, TimeSpan.FromSeconds(-31));

        await _client.AssertMustStepUpAsync(tokens.Access);
        await _client.AssertPassesAsync(await _client.StepUpAsync(tokens.Access, new { password = ApiMoves.Password }));
    }
}
