using System.Net;
using System.Text.Json.Nodes;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Passkeys;

/// <summary>Logins with a passkey alone.</summary>
public abstract class PasskeyLoginTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : PasskeyLoginTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : PasskeyLoginTests(shared);

    public static TheoryData<int> Algorithms => [.. SoftAuthenticator.Algorithms];

    [Fact]
    public async Task The_options_are_the_same_for_everybody_except_for_the_challenge()
    {
        var (one, other) = (await _client.StartPasskeyLoginAsync(), await _client.StartPasskeyLoginAsync());

        Assert.NotEqual(one.Id, other.Id, StringComparer.Ordinal);
        var options = one.Options;
        Assert.Equal(PasskeyMoves.RelyingPartyId, options.GetProperty("rpId").GetString());
        Assert.Equal("required", options.GetProperty("userVerification").GetString());
        Assert.Empty(options.GetProperty("allowCredentials").EnumerateArray());
        Assert.Equal(300_000, options.GetProperty("timeout").GetInt32());
        // 32 bytes.
        Assert.Matches("^[A-Za-z0-9_-]{43}$", options.GetProperty("challenge").GetString());
        Assert.NotEqual(options.GetProperty("challenge").GetString(), other.Options.GetProperty("challenge").GetString(), StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_passkey_of_every_algorithm_that_the_options_offer_logs_in(int algorithm)
    {
        var (id, _, _, authenticator) = await _client.StartAccountWithPasskeyAsync(new SoftAuthenticator(algorithm));

        var tokens = await _client.LoginWithPasskeyAsync(authenticator);

        using var me = await _client.GetMeAsync(tokens.Access);
        Assert.Equal(id, (await me.ReadJsonAsync()).GetProperty("id").GetInt32());
        await _client.AssertAliveAsync(tokens);
    }

    [Theory]
    [InlineData(SoftAuthenticator.BackupEligible | SoftAuthenticator.BackedUp, "swk user mfa")]
    [InlineData(0, "hwk user mfa")]
    public async Task The_session_says_that_a_passkey_opened_it(byte flags, string amr)
    {
        var authenticator = new SoftAuthenticator { Flags = (byte)(flags | SoftAuthenticator.UserPresent | SoftAuthenticator.UserVerified) };
        var (id, _, _, _) = await _client.StartAccountWithPasskeyAsync(authenticator);

        var session = Guid.Parse((await _client.LoginWithPasskeyAsync(authenticator)).SessionId);

        Assert.Equal(amr, await shared.Api.WithDatabaseAsync(
            database => database.Sessions.Where(row => row.Id == session).Select(row => row.Amr).SingleAsync()));
        Assert.Contains("success", await shared.Api.ReadEventsAsync(id, "login"), StringComparer.Ordinal);
    }

    /// <summary>The faults of assertions, by name.</summary>
    private static readonly Dictionary<string, Action<SoftAnswer>> Faults = new(StringComparer.Ordinal)
    {
        ["another site"] = answer => answer.Origin = "https://app.example.net",
        ["another scheme"] = answer => answer.Origin = "http://app.example.com",
        ["another port"] = answer => answer.Origin = "https://app.example.com:8443",
        ["the default port"] = answer => answer.Origin = "https://app.example.com:443",
        ["another subdomain"] = answer => answer.Origin = "https://evil.example.com",
        ["the domain itself"] = answer => answer.Origin = "https://example.com",
        ["a deeper subdomain"] = answer => answer.Origin = "https://x.app.example.com",
        ["a path"] = answer => answer.Origin = "https://app.example.com/",
        ["upper case"] = answer => answer.Origin = "https://APP.example.com",
        ["localhost"] = answer => answer.Origin = "http://localhost:5080",
        ["an application"] = answer => answer.Origin = "android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ["no origin"] = answer => answer.Origin = "",
        ["a foreign frame"] = answer => answer.CrossOrigin = true,
        ["a foreign page around it"] = answer => answer.TopOrigin = "https://evil.example.net",
        ["another relying party"] = answer => answer.RelyingPartyId = "app.example.com",
        ["nobody present"] = answer => answer.Flags &= unchecked((byte)~SoftAuthenticator.UserPresent),
        ["nobody verified"] = answer => answer.Flags &= unchecked((byte)~SoftAuthenticator.UserVerified),
        ["another challenge"] = answer => answer.Challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ["no challenge"] = answer => answer.Challenge = "",
        ["a registration"] = answer => answer.Type = "webauthn.create",
        ["a payment"] = answer => answer.Type = "payment.get",
        ["another handle"] = answer => answer.UserHandle = "0123456789abcdef0123456789abcdef"u8.ToArray(),
        ["an empty handle"] = answer => answer.UserHandle = [],
        ["no handle"] = answer => answer.UserHandle = null,
        ["a handle that is no text"] = answer => answer.UserHandle = [0xFF, 0xFE, 0x00],
        ["other signed data"] = answer => answer.SignedData = new byte[37],
        ["not backup eligible any more"] = answer => answer.Flags = SoftAuthenticator.UserPresent | SoftAuthenticator.UserVerified,
        ["backed up but not eligible"] = answer =>
            answer.Flags = SoftAuthenticator.UserPresent | SoftAuthenticator.UserVerified | SoftAuthenticator.BackedUp,
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task A_login_is_refused_with(string fault)
    {
        var (id, _, _, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var challenge = await _client.StartPasskeyLoginAsync();

        using var refused = await _client.TryLoginWithPasskeyAsync(challenge, authenticator.Get(challenge.Options, Faults[fault]));

        await refused.AssertPasskeyInvalidAsync();
        Assert.Contains("passkey_invalid", await shared.Api.ReadEventsAsync(id, "login"), StringComparer.Ordinal);
        // The challenge is used up all the same, and the passkey still works.
        using var again = await _client.TryLoginWithPasskeyAsync(challenge, authenticator.Get(challenge.Options));
        await again.AssertPasskeyInvalidAsync();
        await _client.LoginWithPasskeyAsync(authenticator);
    }

    [Fact]
    public async Task A_passkey_that_was_not_backup_eligible_must_not_become_so()
    {
        var authenticator = new SoftAuthenticator { Flags = SoftAuthenticator.UserPresent | SoftAuthenticator.UserVerified };
        await _client.StartAccountWithPasskeyAsync(authenticator);
        var challenge = await _client.StartPasskeyLoginAsync();

        using var refused = await _client.TryLoginWithPasskeyAsync(
            challenge, authenticator.Get(challenge.Options, answer => answer.Flags |= SoftAuthenticator.BackupEligible));

        await refused.AssertPasskeyInvalidAsync();
    }

    [Fact]
    public async Task The_backup_state_may_change_and_is_kept_with_the_time_of_the_use()
    {
        var (id, _, _, authenticator) = await _client.StartAccountWithPasskeyAsync();
        authenticator.Flags ^= SoftAuthenticator.BackedUp;

        await _client.LoginWithPasskeyAsync(authenticator);

        var passkey = await ReadPasskeyAsync(id);
        Assert.False(passkey.IsBackedUp);
        Assert.NotNull(passkey.LastUsedAt);
        authenticator.Flags ^= SoftAuthenticator.BackedUp;
        await _client.LoginWithPasskeyAsync(authenticator);
        Assert.True((await ReadPasskeyAsync(id)).IsBackedUp);
    }

    [Theory]
    [InlineData(5, 6, true)]
    [InlineData(5, 4_294_967_295, true)]
    [InlineData(0, 1, true)]
    [InlineData(0, 0, true)]
    [InlineData(5, 5, false)]
    [InlineData(5, 4, false)]
    [InlineData(5, 0, false)]
    [InlineData(4_294_967_295, 0, false)]
    public async Task The_counter_must_grow_unless_there_is_none(uint registered, uint next, bool works)
    {
        var authenticator = new SoftAuthenticator();
        var (id, _, tokens) = await _client.StartAccountAsync();
        var start = await _client.StartPasskeyAsync(tokens.Access);
        using var added = await _client.TryAddPasskeyAsync(
            tokens.Access, start, authenticator.Create(start.Options, answer => answer.SignCount = registered));
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        var challenge = await _client.StartPasskeyLoginAsync();

        using var response = await _client.TryLoginWithPasskeyAsync(
            challenge, authenticator.Get(challenge.Options, answer => answer.SignCount = next));

        if (works)
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        else
            await response.AssertPasskeyInvalidAsync();

        Assert.Equal(works ? next : registered, (await ReadPasskeyAsync(id)).SignCount);
    }

    [Fact]
    public async Task Of_two_uses_with_one_count_one_counts()
    {
        var (id, _, _, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var challenges = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _client.StartPasskeyLoginAsync()));

        var answers = await Task.WhenAll(challenges.Select(challenge => _client.TryLoginWithPasskeyAsync(
            challenge, authenticator.Get(challenge.Options, answer => answer.SignCount = 7))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
        Assert.Equal(7, (await ReadPasskeyAsync(id)).SignCount);
    }

    [Fact]
    [Asvs("2.3.4")]
    public async Task A_hundred_simultaneous_logins_with_one_assertion_start_one_session()
    {
        var (id, _, _, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var challenge = await _client.StartPasskeyLoginAsync();
        var assertion = authenticator.Get(challenge.Options).ToJsonString();
        var before = await CountSessionsAsync(id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            _ => _client.TryLoginWithPasskeyAsync(challenge, JsonNode.Parse(assertion)!)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(99, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
        Assert.Equal(before + 1, await CountSessionsAsync(id));
    }

    [Fact]
    public async Task An_unknown_passkey_is_reported_as_such_and_a_known_one_never()
    {
        var stranger = new SoftAuthenticator { UserHandle = "0123456789abcdef0123456789abcdef"u8.ToArray() };
        var challenge = await _client.StartPasskeyLoginAsync();

        using var unknown = await _client.TryLoginWithPasskeyAsync(challenge, stranger.Get(challenge.Options));

        await unknown.AssertPasskeyInvalidAsync(isUnknown: true);
        // Without a challenge of its own nobody finds out anything.
        using var replayed = await _client.TryLoginWithPasskeyAsync(challenge, stranger.Get(challenge.Options));
        await replayed.AssertPasskeyInvalidAsync();
    }

    [Fact]
    public async Task The_passkey_of_another_user_logs_in_as_that_user_and_as_nobody_else()
    {
        var (mine, _, _, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var (_, _, _, theirs) = await _client.StartAccountWithPasskeyAsync();
        var challenge = await _client.StartPasskeyLoginAsync();

        using var mixed = await _client.TryLoginWithPasskeyAsync(
            challenge, authenticator.Get(challenge.Options, answer => answer.UserHandle = theirs.UserHandle));

        await mixed.AssertPasskeyInvalidAsync();
        var again = await _client.StartPasskeyLoginAsync();
        using var swapped = await _client.TryLoginWithPasskeyAsync(
            again, theirs.Get(again.Options, answer => (answer.CredentialId, answer.UserHandle) = (authenticator.CredentialId, authenticator.UserHandle)));
        await swapped.AssertPasskeyInvalidAsync();
        Assert.Equal(1, await CountSessionsAsync(mine));
    }

    [Fact]
    public async Task A_challenge_for_adding_a_passkey_is_not_one_for_logging_in_and_is_used_up()
    {
        var (_, _, tokens, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var start = await _client.StartPasskeyAsync(tokens.Access);
        var login = await _client.StartPasskeyLoginAsync();

        using var refused = await _client.TryLoginWithPasskeyAsync(
            start, authenticator.Get(login.Options, answer => answer.Challenge = start.Options.GetProperty("challenge").GetString()!));

        await refused.AssertPasskeyInvalidAsync();
        using var added = await _client.TryAddPasskeyAsync(tokens.Access, start, new SoftAuthenticator().Create(start.Options));
        await added.AssertRefusedMembersAsync("challenge_id");
    }

    [Fact]
    public async Task An_inactive_user_is_told_so_only_for_the_right_passkey()
    {
        var (_, email, _, authenticator) = await _client.StartAccountWithPasskeyAsync();
        await shared.Api.ActivateAsync(email, active: false);
        var (first, second) = (await _client.StartPasskeyLoginAsync(), await _client.StartPasskeyLoginAsync());

        using var right = await _client.TryLoginWithPasskeyAsync(first, authenticator.Get(first.Options));
        using var wrong = await _client.TryLoginWithPasskeyAsync(second, authenticator.Get(second.Options, Faults["nobody verified"]));

        await right.AssertProblemAsync(HttpStatusCode.Forbidden, "account_inactive");
        await wrong.AssertPasskeyInvalidAsync();
    }

    [Theory]
    [InlineData("""{}""", "challenge_id", "credential")]
    [InlineData("""{"challenge_id": "x"}""", "credential")]
    [InlineData("""{"challenge_id": "x", "credential": null}""", "credential")]
    [InlineData("""{"challenge_id": "x", "credential": "x"}""", "credential")]
    [InlineData("""{"challenge_id": "x", "credential": [{}]}""", "credential")]
    [InlineData("""{"challenge_id": 1, "credential": {}}""", "challenge_id")]
    public async Task Members_that_are_missing_or_of_another_type_are_named(string body, params string[] members)
    {
        using var response = await _client.PostTextAsync(PasskeyMoves.LoginRoute, body);

        await response.AssertRefusedMembersAsync(members);
    }

    private Task<int> CountSessionsAsync(int userId) =>
        shared.Api.WithDatabaseAsync(database => database.Sessions.CountAsync(session => session.UserId == userId));

    private Task<Passkey> ReadPasskeyAsync(int userId) =>
        shared.Api.WithDatabaseAsync(database => database.Passkeys.AsNoTracking().SingleAsync(passkey => passkey.UserId == userId));
}
