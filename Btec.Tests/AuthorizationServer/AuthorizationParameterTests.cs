using System.Net;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;
using Btec.Tests.Protection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The rules for each parameter of an authorization request.</summary>
public sealed class AuthorizationParameterTests(SqliteApi shared) : IAsyncLifetime
{
    private TestBrowser _browser = null!;
    private string _clientId = "";

    public async ValueTask InitializeAsync()
    {
        _clientId = await shared.Api.RegisterClientAsync(isFirstParty: true);
        (_browser, _, _) = await TestBrowser.StartSignedInAsync(shared.Api);
    }

    public ValueTask DisposeAsync()
    {
        _browser.Dispose();
        return ValueTask.CompletedTask;
    }

    public static TheoryData<string, string?, string> Faults => new()
    {
        { "response_type", null, "invalid_request" },
        { "response_type", "", "invalid_request" },
        { "response_type", "token", "unsupported_response_type" },
        { "response_type", "id_token", "unsupported_response_type" },
        { "response_type", "code id_token", "unsupported_response_type" },
        { "response_type", "CODE", "unsupported_response_type" },
        { "response_mode", "fragment", "invalid_request" },
        { "response_mode", "form_post", "invalid_request" },
        { "code_challenge", null, "invalid_request" },
        { "code_challenge", "", "invalid_request" },
        { "code_challenge", new string('a', 42), "invalid_request" },
        { "code_challenge", new string('a', 129), "invalid_request" },
        { "code_challenge", new string('a', 42) + "+", "invalid_request" },
        { "code_challenge", new string('a', 43) + "\n", "invalid_request" },
        { "code_challenge_method", null, "invalid_request" },
        { "code_challenge_method", "plain", "invalid_request" },
        { "code_challenge_method", "s256", "invalid_request" },
        { "scope", "openid admin\0", "invalid_scope" },
        { "scope", new string('a', 2_001), "invalid_scope" },
        { "nonce", new string('a', 2_001), "invalid_request" },
        { "nonce", "a\u0001b", "invalid_request" },
        { "prompt", "none login", "invalid_request" },
        { "prompt", "consent none", "invalid_request" },
        { "max_age", "-1", "invalid_request" },
        { "max_age", "1.5", "invalid_request" },
        { "max_age", "soon", "invalid_request" },
        { "max_age", "٣", "invalid_request" },
        { "max_age", "99999999999", "invalid_request" },
        { "acr_values", new string('a', 1_001), "invalid_request" },
        { "login_hint", "ada\r\nSet-Cookie: x=y", "invalid_request" },
        { "login_hint", new string('a', 1_001), "invalid_request" },
        { "resource", "https://other.example/api", "invalid_target" },
        { "resource", "https://orders.example/api/", "invalid_target" },
        { "resource", "https://orders.example/api#fragment", "invalid_target" },
        { "resource", "/api", "invalid_target" },
        { "request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported" },
        { "request_uri", "https://client.example/request", "request_uri_not_supported" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    [Asvs("10.4.6", "10.6.1")]
    public async Task A_fault_is_told_to_the_client_with_its_state_and_the_issuer(string name, string? value, string error)
    {
        using var response = await _browser.AuthorizeAsync(_clientId, (name, value));

        response.AssertRefused(error);
    }

    [Theory]
    [InlineData("response_mode", "query")]
    [InlineData("code_challenge", "AAAAAAAAAA-._~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("scope", null)]
    [InlineData("scope", "openid unknown email")]
    [InlineData("nonce", null)]
    [InlineData("prompt", "none")]
    [InlineData("prompt", "create")]
    [InlineData("prompt", "consent")]
    [InlineData("max_age", "10000")]
    [InlineData("acr_values", "urn:btec:acr:1")]
    [InlineData("acr_values", "1 2 urn:unknown")]
    [InlineData("login_hint", "somebody@else.example")]
    [InlineData("resource", "https://orders.example/api")]
    [InlineData("display", "popup")]
    [InlineData("ui_locales", "de en")]
    [InlineData("claims", "{\"id_token\":{}}")]
    [InlineData("REQUEST", "x")]
    [InlineData("unknown", "x")]
    public async Task What_is_allowed_or_unknown_here_gets_a_code(string name, string? value)
    {
        using var response = await _browser.AuthorizeAsync(_clientId, (name, value));

        Assert.Contains("code", response.ReadAnswer().Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_client_without_the_grant_may_not_ask()
    {
        var clientId = await shared.Api.RegisterClientAsync(isFirstParty: true, change: client => client.GrantTypes = ["client_credentials"]);

        using var response = await _browser.AuthorizeAsync(clientId);

        response.AssertRefused("unauthorized_client");
    }

    [Fact]
    public async Task A_scope_that_is_not_the_clients_is_refused_and_an_unknown_one_is_left_out()
    {
        var clientId = await shared.Api.RegisterClientAsync(isFirstParty: true, change: client => client.Scopes = ["openid", "email"]);

        using var refused = await _browser.AuthorizeAsync(clientId, ("scope", "openid offline_access"));
        using var granted = await _browser.AuthorizeAsync(clientId, ("scope", "openid nonsense email openid"));

        refused.AssertRefused("invalid_scope");
        var hash = RandomSecret.FindHash(granted.ReadAnswer()["code"]);
        Assert.Equal(
            "openid email",
            await shared.Api.WithDatabaseAsync(database =>
                database.AuthorizationCodes.Where(row => row.Hash == hash).Select(row => row.Scope).SingleAsync()));
    }

    [Theory]
    [InlineData("response_type", "invalid_request")]
    [InlineData("scope", "invalid_request")]
    [InlineData("nonce", "invalid_request")]
    [InlineData("code_challenge", "invalid_request")]
    [InlineData("code_challenge_method", "invalid_request")]
    [InlineData("resource", "invalid_target")]
    public async Task A_parameter_that_is_sent_twice_is_refused(string name, string error)
    {
        var path = AuthorizationMoves.PathOf(_clientId, ("resource", "https://orders.example/api"));

        using var response = await _browser.OpenAsync(QueryHelpers.AddQueryString(path, name, "x"));

        response.AssertRefused(error);
    }

    [Fact]
    public async Task A_state_that_is_sent_twice_or_cannot_be_returned_is_left_out()
    {
        using var twice = await _browser.OpenAsync(QueryHelpers.AddQueryString(AuthorizationMoves.PathOf(_clientId), "state", "x"));
        using var control = await _browser.AuthorizeAsync(_clientId, ("state", "a\nb"));
        using var tooLong = await _browser.AuthorizeAsync(_clientId, ("state", new string('a', 2_001)));

        foreach (var response in new[] { twice, control, tooLong })
        {
            var answer = response.ReadAnswer();
            Assert.Equal("invalid_request", answer["error"]);
            Assert.DoesNotContain("state", answer.Keys, StringComparer.Ordinal);
        }
    }

    [Theory]
    [InlineData("client_id", "client_unknown")]
    [InlineData("redirect_uri", "redirect_uri_invalid")]
    public async Task What_decides_on_the_redirect_is_not_redirected_to_if_it_is_sent_twice(string name, string code)
    {
        var path = AuthorizationMoves.PathOf(_clientId);
        var same = QueryHelpers.ParseQuery(new Uri($"http://x{path}").Query)[name].ToString();

        using var response = await _browser.OpenAsync(QueryHelpers.AddQueryString(path, name, same));

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, code);
    }

    [Theory]
    [InlineData("a b&c=d#e?f%20g+h")]
    [InlineData("\"><script>alert(1)</script>")]
    [InlineData("&code=stolen&iss=https://evil.example")]
    [InlineData("%0d%0aSet-Cookie:%20a=b")]
    [InlineData("äöü 漢字 🙂")]
    public async Task A_state_comes_back_as_it_was_and_adds_nothing(string state)
    {
        using var response = await _browser.AuthorizeAsync(_clientId, ("state", state));

        var answer = response.ReadAnswer();
        Assert.Equal(["code", "iss", "state", "tenant"], answer.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(state, answer["state"]);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task An_empty_parameter_counts_as_left_out()
    {
        using var response = await _browser.AuthorizeAsync(_clientId, ("state", ""), ("max_age", ""), ("prompt", ""), ("request", ""));

        Assert.Equal(["code", "iss", "tenant"], response.ReadAnswer().Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_query_that_is_not_UTF8_is_a_bad_request()
    {
        using var response = await _browser.OpenAsync($"{AuthorizationMoves.PathOf(_clientId)}&x=%ff");

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "malformed_request");
    }

    [Fact]
    public async Task No_answer_can_be_framed()
    {
        using var response = await _browser.AuthorizeAsync(_clientId);
        using var session = await _browser.OpenAsync(TestBrowser.SessionRoute);

        foreach (var answer in new[] { response, session })
        {
            Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.Contains("frame-ancestors 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        }
    }
}
