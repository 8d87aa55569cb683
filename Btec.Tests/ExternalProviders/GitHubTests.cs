using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.ExternalProviders;

/// <summary>The login at GitHub, by its API.</summary>
public sealed class GitHubTests(SqliteExternalApi api) : IClassFixture<SqliteExternalApi>
{
    private readonly HttpClient _client = api.CreatePlainClient();

    [Fact]
    public async Task The_id_is_the_login_and_the_verified_primary_address_that_of_the_account()
    {
        var email = ApiMoves.NewEmail();
        var person = new PersonAtProvider
        {
            Subject = "583231",
            Name = "Octocat",
            Emails = [Entry("first@example.com", false, true), Entry(email, true, true), Entry("third@example.com", false, true)],
        };

        var first = await api.LogInAsync(ExternalApi.GitHub, person);
        var second = await api.LogInAsync(ExternalApi.GitHub, person with { Emails = [] });

        using var me = await _client.GetMeAsync(first.Access);
        Assert.Equal(email, (await me.ReadJsonAsync()).GetProperty("email").GetString());
        Assert.Equal(
            TokenForge.Open(first.Access).Claims.GetProperty("uid").GetInt32(), TokenForge.Open(second.Access).Claims.GetProperty("uid").GetInt32());
    }

    [Fact]
    public async Task An_address_that_is_not_verified_or_not_primary_or_only_shown_does_not_count()
    {
        foreach (var emails in new JsonArray[] { [Entry("a@example.com", true, false)], [Entry("a@example.com", false, true)], [], ["x"] })
        {
            using var response = await api.TryLogInAsync(ExternalApi.GitHub, new PersonAtProvider { Subject = "99", Emails = emails });
            await response.AssertRefusedAsync("email_required");
        }
    }

    [Fact]
    public async Task An_error_with_status_200_is_an_error()
    {
        using var response = await api.TrySignInAsync(_client, ExternalApi.GitHub, new PersonAtProvider
        {
            Answer = context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                context.Response, """{"error": "bad_verification_code"}"""),
        });

        Assert.Equal("provider_answer_invalid", response.ReadAnswer("error"));
    }

    private static JsonObject Entry(string email, bool primary, bool verified) =>
        new() { ["email"] = email, ["primary"] = primary, ["verified"] = verified, ["visibility"] = null };
}
