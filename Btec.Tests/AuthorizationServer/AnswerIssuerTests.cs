using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The issuer in the answers of the authorization endpoint, by which a client notices that one server answers for another (RFC
/// 9207).</summary>
public sealed class AnswerIssuerTests
{
    private const string PublicUrl = "https://auth.example.com/base";

    [Fact]
    public async Task Every_answer_names_the_issuer_of_the_metadata_and_every_page_is_at_the_public_URL()
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, new Dictionary<string, string?>(StringComparer.Ordinal) { ["PublicUrl"] = PublicUrl });
        var clientId = await api.RegisterClientAsync(isFirstParty: true);
        var other = await api.RegisterClientAsync();
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(api);
        using var _ = browser;

        using var metadata = await browser.OpenAsync("/.well-known/oauth-authorization-server");
        using var code = await browser.AuthorizeAsync(clientId);
        using var error = await browser.AuthorizeAsync(clientId, ("response_type", "token"));
        using var page = await browser.AuthorizeAsync(other);

        var issuer = (await metadata.ReadJsonAsync()).GetProperty("issuer").GetString();
        Assert.Equal(PublicUrl, issuer);
        foreach (var response in new[] { code, error })
        {
            var answer = QueryHelpers.ParseQuery(response.Headers.Location!.Query);
            Assert.Equal(issuer, Assert.Single(answer["iss"]));
        }

        Assert.StartsWith($"{PublicUrl}/consent?request=", page.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_of_this_server_are_a_client_whose_code_comes_without_a_question()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite);
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(api);
        using var _ = browser;
        using var client = api.CreateClient();
        var root = client.BaseAddress!.GetLeftPart(UriPartial.Authority);

        using var silent = await browser.AuthorizeAsync(
            "btec-pages", ("redirect_uri", $"{root}/account"), ("scope", "openid"), ("prompt", "none"));
        using var elsewhere = await browser.AuthorizeAsync("btec-pages", ("redirect_uri", "https://evil.example/account"));

        Assert.StartsWith($"{root}/account?code=", silent.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        await elsewhere.AssertProblemAsync(HttpStatusCode.BadRequest, "redirect_uri_invalid");
    }
}
