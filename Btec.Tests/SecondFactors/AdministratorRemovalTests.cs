using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.SecondFactors;

/// <summary>The removal of all second factors of a user by a superuser.</summary>
public abstract class AdministratorRemovalTests(OwnApi own)
{
    private readonly BtecApi _api = own.Api;
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : AdministratorRemovalTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : AdministratorRemovalTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task Everything_goes_the_user_is_mailed_and_logs_in_with_the_password_alone()
    {
        var user = await _api.StartAccountWithTotpAsync();
        await _api.BeginTotpAsync(user.Tokens);
        await _api.AddPasskeyRowAsync(user.Id);
        await _api.AddChallengeRowAsync(user.Id);
        await _api.AddPendingLoginRowAsync(user.Id);
        var bystander = await _api.StartAccountWithTotpAsync();
        var superuser = await _api.StartSessionOfSuperuserAsync();

        using var response = await RemoveAsync(superuser, user.Id);

        await response.AssertEmptyAsync(HttpStatusCode.NoContent);
        Assert.Equal((0, false), await _api.CountFactorsAsync(user.Id));
        await _client.StartSessionAsync(user.Email);
        Assert.Single(await _api.ReadMailsAsync(user.Email), mail => mail.Template == MailTemplate.FactorsRemoved);
        var audited = Assert.Single(await _api.GetAuditAsync(user.Id, "factors.removed"));
        Assert.NotEqual(user.Id, audited.GetProperty("actor_id").GetInt32());
        Assert.Equal("success", audited.GetProperty("outcome").GetString());
        Assert.Equal((11, true), await _api.CountFactorsAsync(bystander.Id));
    }

    [Fact]
    public async Task Sessions_in_which_a_passkey_was_used_end()
    {
        var (id, _, tokens, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var opened = await _client.LoginWithPasskeyAsync(authenticator);
        var superuser = await _api.StartSessionOfSuperuserAsync();

        using var response = await RemoveAsync(superuser, id);

        await response.AssertEmptyAsync(HttpStatusCode.NoContent);
        await _client.AssertEndedAsync(opened);
        await _client.AssertAliveAsync(tokens);
        var audited = Assert.Single(await _api.GetAuditAsync(id, "session.ended"));
        Assert.Equal(1, audited.GetProperty("details").GetProperty("sessions").GetInt32());
    }

    [Fact]
    public async Task A_user_without_factors_gets_no_mail()
    {
        var (id, email, tokens) = await _api.StartConfirmedAccountAsync();
        await _api.BeginTotpAsync(tokens);
        var superuser = await _api.StartSessionOfSuperuserAsync();

        using var response = await RemoveAsync(superuser, id);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal((0, false), await _api.CountFactorsAsync(id));
        Assert.DoesNotContain(await _api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.FactorsRemoved);
        Assert.Empty(await _api.ReadEventsAsync(id, "factors.removed"));
    }

    [Theory]
    [InlineData("2147483647")]
    [InlineData("2147483648")]
    [InlineData("0")]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("%201")]
    [InlineData("١")]
    [InlineData("1.0")]
    public async Task An_id_of_no_user_is_not_found(string id)
    {
        var superuser = await _api.StartSessionOfSuperuserAsync();

        using var response = await _client.SendAsync(HttpMethod.Delete, $"/api/users/{id}/factors", superuser.Access);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    [Asvs("7.5.1")]
    public async Task Only_superusers_may_and_only_after_a_recent_proof_of_identity()
    {
        var user = await _api.StartAccountWithTotpAsync();
        var superuser = await _api.StartSessionOfSuperuserAsync();

        using var anonymous = await _client.SendAsync(HttpMethod.Delete, $"/api/users/{user.Id}/factors", accessToken: null);
        using var ordinary = await RemoveAsync(user.Tokens, user.Id);
        _api.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        using var stale = await RemoveAsync(superuser, user.Id);

        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await ordinary.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await stale.AssertProblemAsync(HttpStatusCode.Unauthorized, "step_up_required");
        Assert.Equal((11, true), await _api.CountFactorsAsync(user.Id));
    }

    private Task<HttpResponseMessage> RemoveAsync(Tokens superuser, int userId) =>
        _client.SendAsync(HttpMethod.Delete, $"/api/users/{userId}/factors", superuser.Access);
}
