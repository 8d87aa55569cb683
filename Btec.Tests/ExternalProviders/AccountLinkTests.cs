using System.Net;
using System.Text.Json.Nodes;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.ExternalProviders;

/// <summary>The outcome of external logins whose address has an account already, or none.</summary>
public abstract class AccountLinkTests(ExternalApi api)
{
    private static readonly string[] s_reported = ["identity.linked", "identity.unlinked"];
    private readonly HttpClient _client = api.CreatePlainClient();

    public sealed class OnSqlite(SqliteExternalApi api) : AccountLinkTests(api), IClassFixture<SqliteExternalApi>;

    public sealed class OnPostgres(PostgresExternalApi api) : AccountLinkTests(api), IClassFixture<PostgresExternalApi>;

    [Fact]
    public async Task An_account_is_never_linked_silently_but_by_a_login_to_it()
    {
        var (id, email, tokens) = await api.Api.StartConfirmedAccountAsync();
        var person = new PersonAtProvider { Email = email };
        using var required = await api.TryLogInAsync(ExternalApi.Trusted, person);
        var token = await required.ReadLinkTokenAsync();
        Assert.Empty(await _client.ListIdentitiesAsync(tokens));
        Assert.Contains("link_required", await api.Api.ReadEventsAsync(id, "login"), StringComparer.Ordinal);

        using var linked = await _client.LinkAsync(tokens, new { link_token = token });

        Assert.Equal(HttpStatusCode.Created, linked.StatusCode);
        var identity = Assert.Single(await _client.ListIdentitiesAsync(tokens));
        Assert.Equal(("trusted", "Trusted Inc.", email), (
            identity.GetProperty("provider").GetString(), identity.GetProperty("display_name").GetString(),
            identity.GetProperty("email").GetString()));
        var external = await api.LogInAsync(ExternalApi.Trusted, person);
        Assert.Equal(id, TokenForge.Open(external.Access).Claims.GetProperty("uid").GetInt32());
        Assert.Equal(["success"], await api.Api.ReadEventsAsync(id, "identity.linked"));
        Assert.Contains(await api.Api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.IdentityLinked);
        using var again = await _client.LinkAsync(tokens, new { link_token = token });
        await again.AssertProblemAsync(HttpStatusCode.BadRequest, "link_token_invalid");
    }

    [Fact]
    public async Task A_link_token_works_for_the_account_with_its_address_alone_and_for_10_minutes()
    {
        var (_, email, _) = await api.Api.StartConfirmedAccountAsync();
        var (_, _, attacker) = await api.Api.StartConfirmedAccountAsync();
        using var required = await api.TryLogInAsync(ExternalApi.Trusted, new PersonAtProvider { Email = email });
        var token = await required.ReadLinkTokenAsync();

        using var foreign = await _client.LinkAsync(attacker, new { link_token = token });
        await foreign.AssertProblemAsync(HttpStatusCode.BadRequest, "link_token_invalid");

        api.Api.Clock.Pass(TimeSpan.FromMinutes(10));
        using var late = await _client.LinkAsync(await _client.StartSessionAsync(email), new { link_token = token });
        await late.AssertProblemAsync(HttpStatusCode.BadRequest, "link_token_invalid");
    }

    [Theory]
    [InlineData("false")]
    [InlineData("\"true\"")]
    [InlineData("1")]
    [InlineData("null")]
    public async Task An_address_that_is_not_verified_links_nothing_and_confirms_nothing(string verified)
    {
        var (_, email, _) = await api.Api.StartConfirmedAccountAsync();
        var person = new PersonAtProvider { EmailVerified = JsonNode.Parse(verified) };

        using var taken = await api.TryLogInAsync(ExternalApi.Trusted, person with { Email = email });
        await taken.AssertRefusedAsync("email_taken");

        var tokens = await api.LogInAsync(ExternalApi.Trusted, person);
        Assert.False(TokenForge.Open(tokens.Access).Claims.GetProperty("email_verified").GetBoolean());
        await api.Api.ReadTokenAsync(person.Email!, MailTemplate.VerifyEmail);
    }

    [Fact]
    public async Task A_provider_that_is_not_trusted_verifies_no_address()
    {
        var (_, email, _) = await api.Api.StartConfirmedAccountAsync();

        using var taken = await api.TryLogInAsync(ExternalApi.Untrusted, new PersonAtProvider { Email = email });
        await taken.AssertRefusedAsync("email_taken");

        var tokens = await api.LogInAsync(ExternalApi.Untrusted, new PersonAtProvider());
        Assert.False(TokenForge.Open(tokens.Access).Claims.GetProperty("email_verified").GetBoolean());
    }

    [Fact]
    public async Task Without_a_usable_address_or_where_nobody_may_register_there_is_no_account()
    {
        string?[] unusable = [null, "", "no address", "a@b@example.com", "\"quoted\"@example.com", new string('a', 300) + "@example.com"];
        foreach (var email in unusable)
        {
            using var response = await api.TryLogInAsync(ExternalApi.Trusted, new PersonAtProvider { Email = email });
            await response.AssertRefusedAsync("email_required");
        }

        using var closed = await api.TryLogInAsync(ExternalApi.Closed, new PersonAtProvider());
        await closed.AssertRefusedAsync("registration_closed");
    }

    [Theory]
    [InlineData("{0}ADA@Example.com", "{0}ada@example.com")]
    [InlineData("{0}ada@ｅｘａｍｐｌｅ.com", "{0}ada@example.com")]
    [InlineData("{0}ade\u0301@example.com", "{0}ad\u00e9@example.com")]
    [InlineData("{0}ada@m\u00fcnchen.example", "{0}ada@xn--mnchen-3ya.example")]
    public async Task An_address_is_compared_in_its_canonical_form(string spelled, string stored)
    {
        var prefix = ApiMoves.NewEmail().Split('@')[0];
        var email = string.Format(System.Globalization.CultureInfo.InvariantCulture, stored, prefix);
        await _client.RegisterAsync(email);

        using var response = await api.TryLogInAsync(ExternalApi.Trusted, new PersonAtProvider
        {
            Email = string.Format(System.Globalization.CultureInfo.InvariantCulture, spelled, prefix),
        });

        await response.ReadLinkTokenAsync();
    }

    [Fact]
    public async Task A_mailed_link_with_the_link_token_takes_over_an_account_that_somebody_else_had_registered()
    {
        var (id, email, attacker) = await _client.StartAccountAsync();
        var foreign = new PersonAtProvider();
        using var planted = await _client.LinkAsync(
            attacker, new { code = await api.SignInAsync(_client, ExternalApi.Untrusted, foreign), code_verifier = AuthorizationMoves.Verifier });
        Assert.Equal(HttpStatusCode.Created, planted.StatusCode);
        var owner = new PersonAtProvider { Email = email };
        using var required = await api.TryLogInAsync(ExternalApi.Trusted, owner);
        var linkToken = await required.ReadLinkTokenAsync();
        using var mailed = await _client.PostJsonAsync("/api/auth/external/link", new { link_token = linkToken });
        await mailed.AssertEmptyAsync(HttpStatusCode.Accepted);
        var token = await api.Api.ReadTokenAsync(email, MailTemplate.LinkIdentity);

        using var mailAlone = await ConfirmAsync(new string('A', 43), token);
        await mailAlone.AssertProblemAsync(HttpStatusCode.BadRequest, "link_token_invalid");
        using var loginAlone = await ConfirmAsync(linkToken, new string('A', 43));
        await loginAlone.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        using var confirmed = await ConfirmAsync(linkToken, token);
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);

        var tokens = await api.LogInAsync(ExternalApi.Trusted, owner);
        Assert.Equal(id, TokenForge.Open(tokens.Access).Claims.GetProperty("uid").GetInt32());
        Assert.True(TokenForge.Open(tokens.Access).Claims.GetProperty("email_verified").GetBoolean());
        Assert.Single(await _client.ListIdentitiesAsync(tokens));
        await _client.AssertEndedAsync(attacker);
        using var byPassword = await _client.TryLogInAsync(email);
        await byPassword.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        var stranger = await api.LogInAsync(ExternalApi.Untrusted, foreign);
        Assert.NotEqual(id, TokenForge.Open(stranger.Access).Claims.GetProperty("uid").GetInt32());
        using var again = await ConfirmAsync(linkToken, token);
        await again.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
    }

    [Fact]
    public async Task A_mailed_link_leaves_a_confirmed_account_as_it_is()
    {
        var (_, email, tokens) = await api.Api.StartConfirmedAccountAsync();
        using var required = await api.TryLogInAsync(ExternalApi.Trusted, new PersonAtProvider { Email = email });
        var linkToken = await required.ReadLinkTokenAsync();
        using var mailed = await _client.PostJsonAsync("/api/auth/external/link", new { link_token = linkToken });
        // The link works for an hour, and keeps the token.
        api.Api.Clock.Pass(TimeSpan.FromMinutes(59));

        using var confirmed = await ConfirmAsync(linkToken, await api.Api.ReadTokenAsync(email, MailTemplate.LinkIdentity));

        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
        Assert.Single(await _client.ListIdentitiesAsync(tokens));
        await _client.StartSessionAsync(email);
    }

    [Fact]
    public async Task Whoever_planted_an_external_login_on_an_unconfirmed_account_loses_it_when_the_owner_recovers()
    {
        var planted = new PersonAtProvider { EmailVerified = false };
        var attacker = await api.LogInAsync(ExternalApi.Trusted, planted);
        using var recovery = await _client.RecoverAsync(planted.Email!);
        using var reset = await _client.ResetAsync(await api.Api.ReadTokenAsync(planted.Email!, MailTemplate.ResetPassword));
        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);

        await _client.AssertEndedAsync(attacker);
        using var again = await api.TryLogInAsync(ExternalApi.Trusted, planted);
        await again.AssertRefusedAsync("email_taken");
    }

    [Fact]
    public async Task The_last_way_to_sign_in_stays()
    {
        var person = new PersonAtProvider();
        var tokens = await api.LogInAsync(ExternalApi.Trusted, person);
        var identity = Assert.Single(await _client.ListIdentitiesAsync(tokens));
        using var last = await _client.UnlinkAsync(tokens, identity);
        await last.AssertProblemAsync(HttpStatusCode.Conflict, "last_sign_in_method");

        var other = new PersonAtProvider();
        using var linked = await _client.LinkAsync(
            tokens, new { code = await api.SignInAsync(_client, ExternalApi.Untrusted, other), code_verifier = AuthorizationMoves.Verifier });
        using var unlinked = await _client.UnlinkAsync(tokens, identity);

        await unlinked.AssertEmptyAsync(HttpStatusCode.NoContent);
        Assert.Equal("untrusted", Assert.Single(await _client.ListIdentitiesAsync(tokens)).GetProperty("provider").GetString());
        Assert.Contains(await api.Api.ReadMailsAsync(person.Email!), mail => mail.Template == MailTemplate.IdentityUnlinked);
        using var gone = await api.TryLogInAsync(ExternalApi.Trusted, person);
        await gone.ReadLinkTokenAsync();
    }

    [Fact]
    public async Task Webhooks_are_told_that_a_login_is_linked_and_unlinked()
    {
        var superuser = await api.Api.StartSessionOfSuperuserAsync();
        using var created = await _client.SendJsonAsync(
            HttpMethod.Post, "/api/webhooks", superuser.Access,
            new { url = "https://hooks.example.com/btec", events = s_reported });
        var webhook = (await created.ReadJsonAsync()).GetProperty("webhook").GetProperty("id").GetGuid();
        var tokens = await api.LogInAsync(ExternalApi.Trusted, new PersonAtProvider());
        using var second = await _client.LinkAsync(
            tokens,
            new { code = await api.SignInAsync(_client, ExternalApi.Untrusted, new PersonAtProvider()), code_verifier = AuthorizationMoves.Verifier });

        using var unlinked = await _client.UnlinkAsync(tokens, (await _client.ListIdentitiesAsync(tokens))[1]);

        await unlinked.AssertEmptyAsync(HttpStatusCode.NoContent);
        Assert.Equal(
            s_reported,
            await api.Api.WithDatabaseAsync(database => database.WebhookDeliveries.Where(row => row.WebhookId == webhook)
                .OrderBy(row => row.EventType).Select(row => row.EventType).ToListAsync()),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_last_passkey_of_a_user_without_a_password_stays_too()
    {
        var tokens = await api.LogInAsync(ExternalApi.Trusted, new PersonAtProvider());
        var user = TokenForge.Open(tokens.Access).Claims.GetProperty("uid").GetInt32();
        await api.Api.AddPasskeyRowAsync(user);
        // The proof of identity of this session is enough for a user without second factors.
        await api.Api.ChangeUserAsync(user, row => row.HasSecondFactor = false);
        var passkey = await api.Api.WithDatabaseAsync(database => database.Passkeys.Where(row => row.UserId == user).Select(row => row.Id).SingleAsync());
        using var unlinked = await _client.UnlinkAsync(tokens, Assert.Single(await _client.ListIdentitiesAsync(tokens)));
        await unlinked.AssertEmptyAsync(HttpStatusCode.NoContent);

        using var refused = await _client.SendAsync(HttpMethod.Delete, $"/api/users/me/passkeys/{passkey}", tokens.Access);

        await refused.AssertProblemAsync(HttpStatusCode.Conflict, "last_sign_in_method");
    }

    [Fact]
    public async Task A_login_belongs_to_one_account_and_changes_ask_for_a_fresh_proof()
    {
        var person = new PersonAtProvider();
        await api.LogInAsync(ExternalApi.Trusted, person);
        var (_, _, tokens) = await api.Api.StartConfirmedAccountAsync();
        using var taken = await _client.LinkAsync(
            tokens, new { code = await api.SignInAsync(_client, ExternalApi.Trusted, person), code_verifier = AuthorizationMoves.Verifier });
        await taken.AssertProblemAsync(HttpStatusCode.Conflict, "identity_taken");

        api.Api.Clock.Pass(TimeSpan.FromMinutes(6));
        using var old = await _client.LinkAsync(tokens, new { link_token = new string('A', 43) });
        await old.AssertProblemAsync(HttpStatusCode.Unauthorized, "step_up_required");
        var stored = await api.Api.WithDatabaseAsync(
            database => database.ExternalIdentities.Where(row => row.Subject == person.Subject).CountAsync());
        Assert.Equal(1, stored);
    }

    private Task<HttpResponseMessage> ConfirmAsync(string linkToken, string token) =>
        _client.PostJsonAsync("/api/auth/external/link/confirm", new { link_token = linkToken, token });
}
