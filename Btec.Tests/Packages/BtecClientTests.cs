using System.Net;
using Btec.Client.Testing;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Options;

namespace Btec.Tests.Packages;

/// <summary>A service with Btec.Client and the tokens of Btec.Client.Testing: no server is there.</summary>
public sealed class BtecClientTests
{
    [Fact]
    public async Task Tokens_of_tests_open_what_their_roles_open_and_refusals_are_problems()
    {
        await using var orders = await OrdersService.StartAsync(services => services.AcceptBtecTokens());
        var editor = BtecTokens.For("ada@example.com").WithUserId(7).WithRoles("editor");

        using var read = await orders.SendAsync(HttpMethod.Get, editor);
        Assert.Equal((HttpStatusCode.OK, "7"), (read.StatusCode, await read.ReadTextAsync()));
        using var made = await orders.SendAsync(HttpMethod.Post, editor);
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        await AssertProblemAsync(await orders.SendAsync(HttpMethod.Get, null), HttpStatusCode.Unauthorized, "token_missing", "Bearer");
        await AssertProblemAsync(
            await orders.SendAsync(HttpMethod.Post, BtecTokens.For("bob@example.com").WithRoles("clerk")), HttpStatusCode.Forbidden, "forbidden", null);
    }

    [Fact]
    public async Task A_proof_that_is_too_old_is_answered_by_the_challenge_of_RFC_9470_and_a_missing_role_comes_first()
    {
        await using var orders = await OrdersService.StartAsync(services => services.AcceptBtecTokens());
        var editor = BtecTokens.For("ada@example.com").WithRoles("editor");

        using var fresh = await orders.SendAsync(HttpMethod.Delete, editor);
        Assert.Equal(HttpStatusCode.OK, fresh.StatusCode);
        await AssertProblemAsync(
            await orders.SendAsync(HttpMethod.Delete, editor.AuthenticatedAgo(TimeSpan.FromMinutes(6))), HttpStatusCode.Unauthorized, "step_up_required",
            "Bearer error=\"insufficient_user_authentication\", error_description=\"A recent proof of identity is required.\", max_age=\"300\"");
        await AssertProblemAsync(
            await orders.SendAsync(HttpMethod.Delete, editor.WithRoles().AuthenticatedAgo(TimeSpan.FromMinutes(6))), HttpStatusCode.Forbidden,
            "forbidden", null);
    }

    [Fact]
    public async Task Tokens_that_expired_or_are_for_another_service_are_refused()
    {
        await using var orders = await OrdersService.StartAsync(services => services.AcceptBtecTokens());
        var ada = BtecTokens.For("ada@example.com");

        foreach (var token in new object[] { ada.Expired(), ada.ForAudience("https://other.example"), "no.jwt.at-all", $"{ada}x" })
        {
            await AssertProblemAsync(
                await orders.SendAsync(HttpMethod.Get, token), HttpStatusCode.Unauthorized, "token_invalid", "Bearer error=\"invalid_token\"");
        }
    }

    [Theory]
    [InlineData("Btec:Client:Audience", "")]
    [InlineData("Btec:Client:IntrospectionClientId", "orders")]
    [InlineData("Btec:Client:IntrospectionCache", "00:02:00")]
    public async Task An_unusable_setting_stops_the_start(string name, string value)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => OrdersService.StartAsync(settings: (name, value)));

        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code, string? challenge)
    {
        using (response)
        {
            Assert.Equal(status, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal(code, (await response.ReadJsonAsync()).GetProperty("code").GetString());
            Assert.Equal(challenge, response.Headers.TryGetValues("WWW-Authenticate", out var values) ? Assert.Single(values) : null);
        }
    }
}
