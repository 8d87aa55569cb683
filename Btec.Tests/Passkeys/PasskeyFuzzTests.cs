using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Passkeys;

/// <summary>Fuzzing of credentials with the same input on every run: the API may refuse them, but must not fail.</summary>
public abstract class PasskeyFuzzTests(SharedApi shared)
{
    private const int Rounds = 250;

    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : PasskeyFuzzTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : PasskeyFuzzTests(shared);

    [Fact]
    public async Task Changed_assertions_are_refused()
    {
        var (_, _, _, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var noise = new SeededNoise(11);
        for (var round = 0; round < Rounds; round++)
        {
            var challenge = await _client.StartPasskeyLoginAsync();
            var credential = authenticator.Get(challenge.Options);
            var original = credential.ToJsonString();
            Change(credential, noise);

            await AssertHarmlessAsync(round, PasskeyMoves.LoginRoute, accessToken: null, challenge, credential, mayWork: credential.ToJsonString() == original);
        }
    }

    [Fact]
    public async Task Changed_registrations_are_refused_or_harmless()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var noise = new SeededNoise(12);
        for (var round = 0; round < Rounds; round++)
        {
            // A registration without attestation is not signed, so that a change may go unnoticed.
            if (round % 5 == 0)
                tokens = await _client.StartSessionOfNewUserAsync();

            var challenge = await _client.StartPasskeyAsync(tokens.Access);
            var credential = new SoftAuthenticator().Create(challenge.Options);
            Change(credential, noise);

            await AssertHarmlessAsync(round, PasskeyMoves.Route, tokens.Access, challenge, credential, mayWork: true);
        }
    }

    [Theory]
    [InlineData("""{"id":"\ud800"}""")]
    [InlineData("""{"id":"=","type":"public-key"}""")]
    [InlineData("""{"id":"","id":"AAAA","type":"public-key","clientExtensionResults":{},"response":{}}""")]
    [InlineData("""{"id":1,"type":1,"clientExtensionResults":1,"response":1}""")]
    [InlineData("""{"id":null,"type":null,"clientExtensionResults":null,"response":null}""")]
    [InlineData("""{"id":"AAAA","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":null,"authenticatorData":null,"signature":null}}""")]
    [InlineData("""{"id":"AAAA","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"bnVsbA","attestationObject":"oA","transports":[null]}}""")]
    [InlineData("""{"id":"AAAA","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"","attestationObject":"","transports":null}}""")]
    public async Task Strange_credentials_cause_no_server_error(string credential)
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var (login, start) = (await _client.StartPasskeyLoginAsync(), await _client.StartPasskeyAsync(tokens.Access));

        await AssertRefusedAsync(PasskeyMoves.LoginRoute, accessToken: null, login, credential);
        await AssertRefusedAsync(PasskeyMoves.Route, tokens.Access, start, credential);
    }

    [Fact]
    public async Task Deep_and_huge_CBOR_and_JSON_cause_no_server_error()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        byte[][] objects =
        [
            // Arrays in arrays, maps in maps, and tags of tags.
            [.. Enumerable.Repeat((byte)0x81, 40_000)],
            [.. Enumerable.Repeat((byte)0xA1, 40_000)],
            [.. Enumerable.Repeat((byte)0xC0, 40_000)],
            [.. Enumerable.Repeat((byte)0x9F, 40_000)],
            // A text, a string and an array that claim to be longer than there is memory.
            [0xA3, 0x7B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x9A, 0x7F, 0xFF, 0xFF, 0xFF],
            [0xBB, 0x00, 0x00, 0x00, 0x00, 0x7F, 0xFF, 0xFF, 0xFF],
            [.. new byte[40_000]],
        ];
        foreach (var bytes in objects)
        {
            var (login, start) = (await _client.StartPasskeyLoginAsync(), await _client.StartPasskeyAsync(tokens.Access));
            var registration = new SoftAuthenticator().Create(start.Options);
            registration["response"]!["attestationObject"] = Base64Url.EncodeToString(bytes);
            var assertion = new SoftAuthenticator().Get(login.Options);
            assertion["response"]!["authenticatorData"] = Base64Url.EncodeToString(bytes);

            await AssertRefusedAsync(PasskeyMoves.Route, tokens.Access, start, registration.ToJsonString());
            await AssertRefusedAsync(PasskeyMoves.LoginRoute, accessToken: null, login, assertion.ToJsonString());
        }

        var challenge = await _client.StartPasskeyLoginAsync();
        var deep = $"{string.Concat(Enumerable.Repeat("""{"a":""", 5000))}1{new string('}', 5000)}";
        await AssertRefusedAsync(PasskeyMoves.LoginRoute, accessToken: null, challenge, deep);
    }

    private async Task AssertHarmlessAsync(
        int round, string path, string? accessToken, SoftChallenge challenge, JsonNode credential, bool mayWork)
    {
        using var response = await _client.SendJsonAsync(HttpMethod.Post, path, accessToken, new { challenge_id = challenge.Id, credential });
        var status = (int)response.StatusCode;
        Assert.True(
            status is >= 400 and < 500 || (mayWork && status < 300),
            $"Round {round}: {status} {await response.ReadTextAsync()} for {credential.ToJsonString()}");
    }

    private async Task AssertRefusedAsync(string path, string? accessToken, SoftChallenge challenge, string credential)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent($$"""{"challenge_id":"{{challenge.Id}}","credential":{{credential}}}""", Encoding.UTF8, "application/json"),
        };
        if (accessToken is not null)
            request.Headers.Authorization = new("Bearer", accessToken);

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode is >= 400 and < 500, $"{response.StatusCode} {await response.ReadTextAsync()}");
    }

    /// <summary>Changes the bytes of one member, or the text of one, or removes one.</summary>
    private static void Change(JsonObject credential, SeededNoise noise)
    {
        var response = credential["response"]!.AsObject();
        var member = noise.Pick([.. response.Select(pair => pair.Key).Where(name => name != "transports")]);
        switch (noise.Below(10))
        {
            case 0:
                response.Remove(member);
                break;
            case 1:
                response[member] = noise.Text(noise.Below(60), "AZaz09-_=+/ \\\"");
                break;
            case 2:
                credential[noise.Pick(["id", "type"])] = noise.Text(5, "AZaz09");
                break;
            default:
                response[member] = Base64Url.EncodeToString(noise.Mutate(Base64Url.DecodeFromChars(response[member]!.GetValue<string>())));
                break;
        }
    }
}
