using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.ExternalProviders;

/// <summary>Answers of a hostile provider. The database does not matter for them.</summary>
public sealed class IdTokenAttackTests(SqliteExternalApi api) : IClassFixture<SqliteExternalApi>
{
    private readonly HttpClient _client = api.CreatePlainClient();

    public static TheoryData<string> Attacks => [.. s_attacks.Keys];

    private static readonly Dictionary<string, Func<HostileProvider, PersonAtProvider>> s_attacks = new(StringComparer.Ordinal)
    {
        ["another issuer"] = _ => Claims(claims => claims["iss"] = "https://evil.example"),
        ["the issuer of another provider"] = provider => Claims(claims => claims["iss"] = $"{provider.Root}/untrusted"),
        ["an issuer with a slash"] = provider => Claims(claims => claims["iss"] = $"{provider.Root}/trusted/"),
        ["no issuer"] = _ => Claims(claims => claims.Remove("iss")),
        ["another audience"] = _ => Claims(claims => claims["aud"] = "another"),
        ["no audience"] = _ => Claims(claims => claims.Remove("aud")),
        ["several audiences without azp"] = _ => Claims(claims => claims["aud"] = new JsonArray(HostileProvider.ClientId, "another")),
        ["another azp"] = _ => Claims(claims => claims["azp"] = "another"),
        ["another nonce"] = _ => Claims(claims => claims["nonce"] = "another"),
        ["no nonce"] = _ => Claims(claims => claims.Remove("nonce")),
        ["a nonce that is a list"] = _ => Claims(claims => claims["nonce"] = new JsonArray(claims["nonce"]!.DeepClone())),
        ["expired"] = _ => Claims(claims => claims["exp"] = claims["iat"]!.GetValue<long>() - 61),
        ["no expiry"] = _ => Claims(claims => claims.Remove("exp")),
        ["not yet valid"] = _ => Claims(claims => claims["nbf"] = claims["iat"]!.GetValue<long>() + 120),
        ["no subject"] = _ => Claims(claims => claims.Remove("sub")),
        ["an empty subject"] = _ => Claims(claims => claims["sub"] = ""),
        ["a subject of 256 characters"] = _ => Claims(claims => claims["sub"] = new string('a', 256)),
        ["a subject that is a number"] = _ => Claims(claims => claims["sub"] = 7),
        ["a subject with NUL"] = _ => Claims(claims => claims["sub"] = "a\0b"),
        ["alg none"] = _ => new() { ChangeHeader = header => header["alg"] = "none", Sign = _ => [] },
        ["HS256 with the secret"] = _ => Symmetric(Encoding.UTF8.GetBytes(HostileProvider.Secret)),
        ["HS256 with the public key"] = provider => Symmetric(Encoding.ASCII.GetBytes(provider.PublicModulus)),
        ["the key of somebody else"] = _ => new() { Sign = SignByOther },
        ["an unknown key"] = _ => new() { ChangeHeader = header => header["kid"] = "unknown", Sign = SignByOther },
        ["a key inside of the token"] = _ => new()
        {
            ChangeHeader = header => header["jwk"] = new JsonObject { ["kty"] = "RSA", ["n"] = "AQAB", ["e"] = "AQAB" },
            Sign = SignByOther,
        },
        ["a critical extension"] = _ => new() { ChangeHeader = header => header["crit"] = new JsonArray("exp") },
        ["no id token"] = _ => Answer("""{"access_token": "x"}"""),
        ["an id token that is a number"] = _ => Answer("""{"id_token": 7}"""),
        ["an id token that is none"] = _ => Answer("""{"id_token": "a.b.c"}"""),
        ["a list"] = _ => Answer("[]"),
        ["userinfo of somebody else"] = _ => new() { UserInfo = new JsonObject { ["sub"] = "another", ["email"] = "a@example.com" } },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    [Asvs("6.8.2", "10.5.1", "10.5.4")]
    public async Task A_forged_answer_lets_nobody_in(string attack)
    {
        using var response = await api.TrySignInAsync(_client, ExternalApi.Trusted, s_attacks[attack](api.Provider));

        Assert.Equal("provider_answer_invalid", response.ReadAnswer("error"));
    }

    [Fact]
    public async Task A_code_of_the_provider_that_another_login_got_is_refused()
    {
        var (mine, theirs) = (await _client.StartAsync(ExternalApi.Trusted), await _client.StartAsync(ExternalApi.Trusted));
        var answer = api.Provider.SignIn(mine, new PersonAtProvider());
        answer["code"] = api.Provider.SignIn(theirs, new PersonAtProvider())["code"];

        using var response = await _client.AnswerAsync(ExternalApi.Trusted, answer);

        Assert.Equal("provider_answer_invalid", response.ReadAnswer("error"));
    }

    [Theory]
    [InlineData(ExternalApi.Strict, null)]
    [InlineData(ExternalApi.Strict, "https://evil.example")]
    [InlineData(ExternalApi.Trusted, "https://evil.example")]
    [Asvs("10.2.2")]
    public async Task The_issuer_of_the_answer_must_be_the_provider_if_it_is_sent_or_announced(string provider, string? issuer)
    {
        var answer = api.Provider.SignIn(await _client.StartAsync(provider), new PersonAtProvider());
        answer.Remove("iss");
        if (issuer is not null)
            answer["iss"] = issuer;

        using var response = await _client.AnswerAsync(provider, answer);

        Assert.Equal("provider_answer_invalid", response.ReadAnswer("error"));
    }

    [Fact]
    public async Task Several_audiences_are_accepted_for_the_authorized_party()
    {
        await api.LogInAsync(ExternalApi.Trusted, Claims(claims =>
        {
            claims["aud"] = new JsonArray("another", HostileProvider.ClientId);
            claims["azp"] = HostileProvider.ClientId;
        }));
    }

    [Fact]
    public async Task Address_and_name_may_come_from_userinfo()
    {
        var person = new PersonAtProvider();
        var email = ApiMoves.NewEmail();

        var tokens = await api.LogInAsync(ExternalApi.Trusted, person with
        {
            UserInfo = new JsonObject { ["sub"] = person.Subject, ["email"] = email, ["email_verified"] = true, ["name"] = "Grace" },
        });

        using var me = await _client.GetMeAsync(tokens.Access);
        var user = await me.ReadJsonAsync();
        Assert.Equal((email, "Grace"), (user.GetProperty("email").GetString(), user.GetProperty("full_name").GetString()));
    }

    [Fact]
    public async Task A_new_key_of_the_provider_is_read_once_a_minute_at_most()
    {
        await api.LogInAsync(ExternalApi.Trusted, new PersonAtProvider());
        api.Api.Clock.Pass(TimeSpan.FromMinutes(1));
        api.Provider.RotateKey();
        var before = api.Provider.KeyRequests;

        await api.LogInAsync(ExternalApi.Trusted, new PersonAtProvider());
        for (var i = 0; i < 5; i++)
        {
            using var forged = await api.TrySignInAsync(_client, ExternalApi.Trusted, s_attacks["an unknown key"](api.Provider));
            Assert.Equal("provider_answer_invalid", forged.ReadAnswer("error"));
        }

        Assert.Equal(before + 1, api.Provider.KeyRequests);
    }

    private static PersonAtProvider Claims(Action<JsonObject> change) => new() { ChangeClaims = change };

    private static PersonAtProvider Symmetric(byte[] key) =>
        new() { ChangeHeader = header => header["alg"] = "HS256", Sign = input => HMACSHA256.HashData(key, input) };

    private static PersonAtProvider Answer(string json) => new()
    {
        Answer = context =>
        {
            context.Response.ContentType = "application/json";
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, json);
        },
    };

    private static byte[] SignByOther(byte[] input)
    {
        using var key = RSA.Create(2048);
        return key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
