using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Passkeys;

/// <summary>The passkeys of an account: adding, renaming and removing them.</summary>
public abstract class PasskeyRegistrationTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : PasskeyRegistrationTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : PasskeyRegistrationTests(shared);

    [Fact]
    public async Task The_options_ask_for_a_discoverable_passkey_with_user_verification_and_without_attestation()
    {
        var (id, email, tokens) = await _client.StartAccountAsync();

        var options = (await _client.StartPasskeyAsync(tokens.Access)).Options;

        Assert.Equal("""{"name":"example.com","id":"example.com"}""", options.GetProperty("rp").GetRawText());
        var user = options.GetProperty("user");
        Assert.Equal(email, user.GetProperty("name").GetString());
        Assert.Equal(32, Base64Url.DecodeFromChars(user.GetProperty("id").GetString()).Length);
        Assert.Equal(await ReadHandleAsync(id), user.GetProperty("id").GetString());
        Assert.Matches("^[A-Za-z0-9_-]{43}$", options.GetProperty("challenge").GetString());
        Assert.Equal(300_000, options.GetProperty("timeout").GetInt32());
        Assert.Equal("none", options.GetProperty("attestation").GetString());
        Assert.Equal(
            """{"residentKey":"required","requireResidentKey":true,"userVerification":"required"}""",
            options.GetProperty("authenticatorSelection").GetRawText());
        Assert.Equal(
            SoftAuthenticator.Algorithms,
            options.GetProperty("pubKeyCredParams").EnumerateArray().Select(offered => offered.GetProperty("alg").GetInt32()));
        Assert.Empty(options.GetProperty("excludeCredentials").EnumerateArray());
    }

    [Fact]
    public async Task The_handle_stays_and_existing_passkeys_are_excluded()
    {
        var (id, _, tokens, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var handle = await ReadHandleAsync(id);

        var options = (await _client.StartPasskeyAsync(tokens.Access)).Options;

        Assert.Equal(handle, options.GetProperty("user").GetProperty("id").GetString());
        var excluded = Assert.Single(options.GetProperty("excludeCredentials").EnumerateArray());
        Assert.Equal(Base64Url.EncodeToString(authenticator.CredentialId), excluded.GetProperty("id").GetString());
        Assert.Equal(["internal", "hybrid"], excluded.GetProperty("transports").EnumerateArray().Select(word => word.GetString()).ToList());
    }

    [Fact]
    public async Task An_added_passkey_is_described()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var authenticator = new SoftAuthenticator { Flags = 0x0D };

        var added = await _client.AddPasskeyAsync(tokens.Access, authenticator, " Ada's laptop ");

        Assert.Equal(
            ["aaguid", "backed_up", "backup_eligible", "created_at", "id", "last_used_at", "name", "recovery_codes"], ApiMoves.NamesOf(added));
        Assert.Equal("Ada's laptop", added.GetProperty("name").GetString());
        Assert.Equal(authenticator.Aaguid, added.GetProperty("aaguid").GetGuid());
        Assert.True(added.GetProperty("backup_eligible").GetBoolean());
        Assert.False(added.GetProperty("backed_up").GetBoolean());
        Assert.Equal(JsonValueKind.Null, added.GetProperty("last_used_at").ValueKind);
        Assert.Equal(10, added.GetProperty("recovery_codes").GetArrayLength());
        var second = await _client.AddPasskeyAsync(tokens.Access, new SoftAuthenticator());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("name").ValueKind);
        Assert.Equal(0, second.GetProperty("recovery_codes").GetArrayLength());
    }

    /// <summary>The faults of new passkeys, by name.</summary>
    private static readonly Dictionary<string, Action<SoftAnswer>> Faults = new(StringComparer.Ordinal)
    {
        ["another site"] = answer => answer.Origin = "https://app.example.net",
        ["another scheme"] = answer => answer.Origin = "http://app.example.com",
        ["another port"] = answer => answer.Origin = "https://app.example.com:8443",
        ["another subdomain"] = answer => answer.Origin = "https://evil.example.com",
        ["a foreign frame"] = answer => answer.CrossOrigin = true,
        ["a foreign page around it"] = answer => answer.TopOrigin = "https://evil.example.net",
        ["another relying party"] = answer => answer.RelyingPartyId = "app.example.com",
        ["nobody present"] = answer => answer.Flags &= unchecked((byte)~SoftAuthenticator.UserPresent),
        ["nobody verified"] = answer => answer.Flags &= unchecked((byte)~SoftAuthenticator.UserVerified),
        ["backed up but not eligible"] = answer => answer.Flags &= unchecked((byte)~SoftAuthenticator.BackupEligible),
        ["another challenge"] = answer => answer.Challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ["a login"] = answer => answer.Type = "webauthn.get",
        ["an id that is too long"] = answer => answer.CredentialId = new byte[1024],
        ["an id that is too short"] = answer => answer.CredentialId = new byte[15],
        ["no id"] = answer => answer.CredentialId = [],
        ["a key that is none"] = answer => answer.PublicKey = [0xA0],
        ["half a key"] = answer => answer.PublicKey = new SoftAuthenticator().EncodeKey()[..40],
        ["a key with bytes behind it"] = answer => answer.PublicKey = [.. new SoftAuthenticator().EncodeKey(), 0x00],
        ["an algorithm that is not offered"] = answer => answer.PublicKey = new SoftAuthenticator(-47).EncodeKey(),
        ["a point off the curve"] = answer => answer.PublicKey = OffTheCurve(),
        ["a short RSA key"] = answer => answer.PublicKey = ShortRsa(),
        ["an elliptic key for RSA"] = answer => answer.PublicKey = new SoftAuthenticator().EncodeKey(claimed: -257),
        ["an elliptic key for RSA with PSS"] = answer => answer.PublicKey = new SoftAuthenticator().EncodeKey(claimed: -37),
        ["a key of P-256 for SHA-384"] = answer => answer.PublicKey = new SoftAuthenticator().EncodeKey(claimed: -35),
        ["a key of P-384 for SHA-256"] = answer => answer.PublicKey = new SoftAuthenticator(-35).EncodeKey(claimed: SoftAuthenticator.Es256),
        ["a key of RSA for ECDSA"] = answer => answer.PublicKey = new SoftAuthenticator(-257).EncodeKey(claimed: SoftAuthenticator.Es256),
        ["a key of RSA with an even modulus"] = answer => answer.PublicKey = Even(^6),
        ["a key of RSA with an even exponent"] = answer => answer.PublicKey = Even(^1),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task A_new_passkey_is_refused_with(string fault)
    {
        var (id, _, tokens) = await _client.StartAccountAsync();
        var challenge = await _client.StartPasskeyAsync(tokens.Access);
        var authenticator = new SoftAuthenticator();

        using var refused = await _client.TryAddPasskeyAsync(tokens.Access, challenge, authenticator.Create(challenge.Options, Faults[fault]));

        await refused.AssertRefusedMembersAsync("credential");
        // The challenge is used up all the same.
        using var again = await _client.TryAddPasskeyAsync(tokens.Access, challenge, authenticator.Create(challenge.Options));
        await again.AssertRefusedMembersAsync("challenge_id");
        Assert.Equal(0, await CountAsync(id));
    }

    [Fact]
    public async Task A_challenge_works_for_its_user_alone_and_not_if_it_is_for_logging_in()
    {
        var (mine, theirs) = (await _client.StartSessionOfNewUserAsync(), await _client.StartSessionOfNewUserAsync());
        await _client.StartPasskeyAsync(theirs.Access);
        var challenge = await _client.StartPasskeyAsync(mine.Access);
        var login = await _client.StartPasskeyLoginAsync();
        var next = await _client.StartPasskeyAsync(mine.Access);
        var authenticator = new SoftAuthenticator();

        using var foreign = await _client.TryAddPasskeyAsync(theirs.Access, challenge, authenticator.Create(challenge.Options));
        using var wrongPurpose = await _client.TryAddPasskeyAsync(
            mine.Access,
            login,
            authenticator.Create(next.Options, answer => answer.Challenge = login.Options.GetProperty("challenge").GetString()!));

        await foreign.AssertRefusedMembersAsync("challenge_id");
        await wrongPurpose.AssertRefusedMembersAsync("challenge_id");
    }

    [Fact]
    public async Task A_passkey_belongs_to_one_user_once()
    {
        var (_, _, mine, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var theirs = await _client.StartSessionOfNewUserAsync();
        foreach (var access in new[] { mine.Access, theirs.Access })
        {
            var challenge = await _client.StartPasskeyAsync(access);
            using var again = await _client.TryAddPasskeyAsync(access, challenge, authenticator.Create(challenge.Options));
            await again.AssertProblemAsync(HttpStatusCode.Conflict, "passkey_exists");
        }
    }

    [Fact]
    public async Task Of_twenty_simultaneous_registrations_of_one_passkey_one_succeeds()
    {
        var accounts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _client.StartAccountAsync()));
        var authenticator = new SoftAuthenticator();
        var attempts = new List<(string Access, SoftChallenge Challenge)>();
        foreach (var access in Enumerable.Range(0, 20).Select(index => accounts[index % 4].Tokens.Access))
            attempts.Add((access, await _client.StartPasskeyAsync(access)));

        var answers = await Task.WhenAll(attempts.Select(
            attempt => _client.TryAddPasskeyAsync(attempt.Access, attempt.Challenge, authenticator.Create(attempt.Challenge.Options))));

        var added = await Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created).ReadJsonAsync();
        // The account that has added it has no other challenge any more.
        var refused = answers.Where(answer => answer.StatusCode != HttpStatusCode.Created).ToList();
        Assert.All(refused, answer => Assert.True(answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity));
        Assert.InRange(refused.Count(answer => answer.StatusCode == HttpStatusCode.Conflict), 15, 19);
        Assert.Equal(10, added.GetProperty("recovery_codes").GetArrayLength());
        var ids = accounts.Select(account => account.Id).ToList();
        Assert.Equal(1, await shared.Api.WithDatabaseAsync(
            database => database.Users.CountAsync(user => ids.Contains(user.Id) && user.HasSecondFactor)));
    }

    [Fact]
    public async Task A_user_has_at_most_ten_passkeys_even_if_they_come_at_once()
    {
        var (id, _, tokens) = await _client.StartAccountAsync();
        for (var index = 0; index < 9; index++)
            await _client.AddPasskeyAsync(tokens.Access, new SoftAuthenticator());

        var challenges = new List<SoftChallenge>();
        for (var index = 0; index < 5; index++)
            challenges.Add(await _client.StartPasskeyAsync(tokens.Access));

        var answers = await Task.WhenAll(challenges.Select(
            challenge => _client.TryAddPasskeyAsync(tokens.Access, challenge, new SoftAuthenticator().Create(challenge.Options))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(10, await CountAsync(id));
        // The challenges of those that were late are void.
        Assert.All(
            answers.Where(answer => answer.StatusCode != HttpStatusCode.Created),
            answer => Assert.True(answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity));

        using var eleventh = await _client.SendAsync(HttpMethod.Post, $"{PasskeyMoves.Route}/options", tokens.Access);
        await eleventh.AssertProblemAsync(HttpStatusCode.Conflict, "too_many_factors");
    }

    [Fact]
    public async Task Transports_are_kept_as_far_as_they_have_the_form_of_one()
    {
        var (id, _, tokens) = await _client.StartAccountAsync();
        var challenge = await _client.StartPasskeyAsync(tokens.Access);
        IReadOnlyList<string?> transports =
            ["usb", null, "usb", "smart-card", "two words", "\0", "UPPER", new string('x', 40), .. Enumerable.Repeat("", 3),
            .. Enumerable.Range(0, 20).Select(index => new string((char)('a' + index), 20))];

        using var added = await _client.TryAddPasskeyAsync(
            tokens.Access, challenge, new SoftAuthenticator().Create(challenge.Options, answer => answer.Transports = transports));

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        var kept = await shared.Api.WithDatabaseAsync(
            database => database.Passkeys.Where(passkey => passkey.UserId == id).Select(passkey => passkey.Transports).SingleAsync());
        Assert.StartsWith("usb smart-card aaaaaaaaaaaaaaaaaaaa bbbb", kept, StringComparison.Ordinal);
        Assert.True(kept.Length <= 128, kept);
    }

    [Fact]
    public async Task The_first_passkey_strengthens_the_session_and_the_last_one_takes_the_recovery_codes_with_it()
    {
        var (id, _, tokens) = await _client.StartAccountAsync();

        var added = await _client.AddPasskeyAsync(tokens.Access, new SoftAuthenticator());

        var session = Guid.Parse(tokens.SessionId);
        Assert.Equal("pwd swk user mfa", await shared.Api.WithDatabaseAsync(
            database => database.Sessions.Where(row => row.Id == session).Select(row => row.Amr).SingleAsync()));
        Assert.Equal((true, 10), await ReadFactorAsync(id));
        var second = await _client.AddPasskeyAsync(tokens.Access, new SoftAuthenticator());
        await RemoveAsync(tokens.Access, added);
        Assert.Equal((true, 10), await ReadFactorAsync(id));
        await RemoveAsync(tokens.Access, second);
        Assert.Equal((false, 0), await ReadFactorAsync(id));
        Assert.Equal(["success", "success"], await shared.Api.ReadEventsAsync(id, "factor.added"));
        Assert.Equal(["success", "success"], await shared.Api.ReadEventsAsync(id, "factor.removed"));
    }

    [Fact]
    public async Task A_passkey_is_renamed_and_removed_by_its_user_alone()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var others = await _client.StartSessionOfNewUserAsync();
        var authenticator = new SoftAuthenticator();
        var route = $"{PasskeyMoves.Route}/{(await _client.AddPasskeyAsync(tokens.Access, authenticator, "old")).GetProperty("id").GetString()}";

        using var foreign = await _client.SendJsonAsync(HttpMethod.Patch, route, others.Access, new { name = "mine" });
        using var renamed = await _client.SendJsonAsync(HttpMethod.Patch, route, tokens.Access, new { name = "new" });
        using var unchanged = await _client.SendJsonAsync(HttpMethod.Patch, route, tokens.Access, new { });
        using var tooLong = await _client.SendJsonAsync(HttpMethod.Patch, route, tokens.Access, new { name = new string('x', 121) });
        using var notRemoved = await _client.SendAsync(HttpMethod.Delete, route, others.Access);

        await foreign.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal("new", (await renamed.ReadJsonAsync()).GetProperty("name").GetString());
        Assert.Equal("new", (await unchanged.ReadJsonAsync()).GetProperty("name").GetString());
        await tooLong.AssertRefusedMembersAsync("name");
        await notRemoved.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        using var removed = await _client.SendAsync(HttpMethod.Delete, route, tokens.Access);
        await removed.AssertEmptyAsync(HttpStatusCode.NoContent);
        using var again = await _client.SendAsync(HttpMethod.Delete, route, tokens.Access);
        await again.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        var challenge = await _client.StartPasskeyLoginAsync();
        using var login = await _client.TryLoginWithPasskeyAsync(challenge, authenticator.Get(challenge.Options));
        await login.AssertPasskeyInvalidAsync(isUnknown: true);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("%20019a0000-0000-7000-8000-00000000000")]
    public async Task An_unknown_id_is_not_found(string id)
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var renamed = await _client.SendJsonAsync(HttpMethod.Patch, $"{PasskeyMoves.Route}/{id}", tokens.Access, new { name = "x" });
        using var removed = await _client.SendAsync(HttpMethod.Delete, $"{PasskeyMoves.Route}/{id}", tokens.Access);

        await renamed.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await removed.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    private static byte[] OffTheCurve()
    {
        var key = new SoftAuthenticator().EncodeKey();
        key[^1] ^= 1;
        return key;
    }

    private static byte[] ShortRsa()
    {
        using var rsa = RSA.Create(1024);
        return new SoftAuthenticator(-257) { Rsa = rsa }.EncodeKey();
    }

    /// <summary>Returns a key of RSA with an even number: the exponent is the last of its bytes, and the modulus ends 5 bytes before.</summary>
    private static byte[] Even(Index last)
    {
        var key = new SoftAuthenticator(-257).EncodeKey();
        key[last] &= 0xFE;
        return key;
    }

    private async Task RemoveAsync(string accessToken, JsonElement passkey)
    {
        using var removed = await _client.SendAsync(HttpMethod.Delete, $"{PasskeyMoves.Route}/{passkey.GetProperty("id").GetString()}", accessToken);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
    }

    private Task<int> CountAsync(int userId) =>
        shared.Api.WithDatabaseAsync(database => database.Passkeys.CountAsync(passkey => passkey.UserId == userId));

    private Task<(bool HasSecondFactor, int Codes)> ReadFactorAsync(int userId) => shared.Api.WithDatabaseAsync(async database =>
        ((await database.Users.AsNoTracking().SingleAsync(user => user.Id == userId)).HasSecondFactor,
        await database.RecoveryCodes.CountAsync(code => code.UserId == userId)));

    private async Task<string> ReadHandleAsync(int userId) => Base64Url.EncodeToString(
        await shared.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Id == userId).Select(user => user.PasskeyHandle).SingleAsync()));
}
