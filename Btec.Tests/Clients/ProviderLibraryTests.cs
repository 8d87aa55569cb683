using System.Net;
using Btec.Tests.ExternalProviders;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;

namespace Btec.Tests.Clients;

/// <summary>The npm package <c>oauth2-mock-server</c> as a provider, whose tokens say what the test wants.</summary>
public sealed class ProviderLibraryTests(ProviderLibraryTests.MockedApi mocked) : IClassFixture<ProviderLibraryTests.MockedApi>
{
    private const string Name = "mock";

    /// <summary>Claims that no id token may have here.</summary>
    public static TheoryData<string, object> WrongClaims => new()
    {
        { "iss", "http://localhost:1" }, { "aud", "another-client" }, { "nonce", "of-another-login" }, { "azp", "another-client" },
        { "exp", 1 }, { "sub", "" },
    };

    [Fact]
    public async Task People_log_in_and_are_known_again()
    {
        var person = new { sub = "42", email = ApiMoves.NewEmail(), email_verified = true, name = "Ada" };

        var first = await LogInAsync(new { token = new { person.sub }, user = person });
        var second = await LogInAsync(new { token = new { person.sub }, user = new { person.sub, email = "moved@people.example" } });

        Assert.Equal(UserOf(first), UserOf(second));
        using var me = await mocked.Api.CreateClient().GetMeAsync(first.Access);
        Assert.Equal(person.email, (await me.ReadJsonAsync()).GetProperty("email").GetString());
    }

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task Wrong_claims_let_nobody_in(string claim, object value)
    {
        var answer = await AnswerAsync(new
        {
            token = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = "43", [claim] = value },
            user = new { sub = "43", email = ApiMoves.NewEmail(), email_verified = true },
        });

        Assert.Equal("provider_answer_invalid", answer["error"]);
    }

    [Fact]
    public async Task The_user_info_of_somebody_else_lets_nobody_in()
    {
        var answer = await AnswerAsync(new { token = new { sub = "44" }, user = new { sub = "45", email = ApiMoves.NewEmail(), email_verified = true } });

        Assert.Equal("provider_answer_invalid", answer["error"]);
    }

    private static int UserOf(Tokens tokens) => TokenForge.Open(tokens.Access).Claims.GetProperty("uid").GetInt32();

    private async Task<Tokens> LogInAsync(object changes)
    {
        var answer = await AnswerAsync(changes);
        using var response = await mocked.Api.CreateClient().RedeemAsync(answer["code"]);
        return await response.AssertLoggedInAsync();
    }

    /// <summary>Signs in at the provider, and returns what the client gets.</summary>
    private async Task<Dictionary<string, string>> AnswerAsync(object changes)
    {
        await mocked.ChangeAsync(changes);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        browser.BaseAddress = mocked.Api.CreateClient().BaseAddress;
        using var atProvider = await browser.GetAsync(await browser.StartAsync(Name), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, atProvider.StatusCode);
        using var back = await browser.GetAsync(
            new Uri(browser.BaseAddress!, atProvider.Headers.Location!.PathAndQuery), TestContext.Current.CancellationToken);
        var query = QueryHelpers.ParseQuery(back.Headers.Location!.Query);
        return query.ToDictionary(parameter => parameter.Key, parameter => parameter.Value.ToString(), StringComparer.Ordinal);
    }

    /// <summary>An API with the provider.</summary>
    public sealed class MockedApi() : SharedApi(DatabaseKind.Sqlite)
    {
        private readonly int _port = FreePort.Find();

        private NodeProgram? _provider;

        public override async ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            await base.DisposeAsync();
            if (_provider is not null)
                await _provider.DisposeAsync();
        }

        /// <summary>Changes the next answers of the provider.</summary>
        internal async Task ChangeAsync(object changes)
        {
            _provider ??= await NodeProgram.StartAsync("provider.mjs", "oauth2-mock-server", $"{_port}", "unused");
            await _provider.AskAsync(changes);
        }

        protected override Task<BtecApi> StartAsync() => BtecApi.StartAsync(Kind, ExternalSettings.Of(Name, $"http://localhost:{_port}"));
    }
}
