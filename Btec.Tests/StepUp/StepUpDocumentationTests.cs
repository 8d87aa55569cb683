using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.StepUp;

/// <summary>The OpenAPI document says which operations require step-up authentication. It does not depend on the database.</summary>
public sealed class StepUpDocumentationTests(SqliteApi shared)
{
    [Fact]
    public async Task Exactly_the_operations_that_may_require_it_describe_it_with_an_example()
    {
        var paths = (await shared.Api.CreateClient().ReadDocumentAsync()).GetProperty("paths");

        foreach (var route in StepUpRoutes.All.GroupBy(route => route.Template, StringComparer.Ordinal))
        {
            var (method, path) = (route.Key.Split(' ')[0], route.Key.Split(' ')[1]
                .Replace(":int}", "}", StringComparison.Ordinal).Replace(":guid}", "}", StringComparison.Ordinal));
            var operation = paths.GetProperty(path).GetProperty(method.ToLowerInvariant());
            var isRequired = route.Any(request => request.Need != StepUpNeed.Never);

            var unauthorized = operation.GetProperty("responses").GetProperty("401");
            var examples = unauthorized.GetProperty("content").GetProperty("application/problem+json").GetProperty("examples");
            Assert.True(isRequired == examples.TryGetProperty("step_up_required", out var example), route.Key);
            var description = operation.TryGetProperty("description", out var text) ? text.GetString()! : "";
            Assert.True(
                isRequired == (description.Contains("proof of", StringComparison.Ordinal)
                    && description.Contains(
                        route.First().Need == StepUpNeed.TwoFactors ? ", however old" : " no older than StepUp:MaxAge", StringComparison.Ordinal)),
                $"{route.Key}: {description}");
            if (isRequired)
                AssertMembers(example.GetProperty("value"), unauthorized);
        }
    }

    [Fact]
    public async Task The_description_says_of_which_requests_it_is_required()
    {
        var paths = (await shared.Api.CreateClient().ReadDocumentAsync()).GetProperty("paths");

        Assert.EndsWith(
            "Requires a proof of identity no older than StepUp:MaxAge, of two factors if the caller has a second one.",
            Describe("/api/users/{id}", "delete"), StringComparison.Ordinal);
        Assert.EndsWith(
            "of two factors if the caller has a second one, if is_superuser is true.", Describe("/api/users", "post"), StringComparison.Ordinal);
        Assert.EndsWith(
            "Requires, beside the password, a proof of two factors no older than StepUp:MaxAge if the caller has a second one.",
            Describe("/api/users/me/password", "post"), StringComparison.Ordinal);

        string Describe(string path, string method) => paths.GetProperty(path).GetProperty(method).GetProperty("description").GetString()!;
    }

    private static void AssertMembers(JsonElement example, JsonElement response)
    {
        Assert.Equal(300, example.GetProperty("max_age").GetInt32());
        Assert.Equal("urn:btec:acr:mfa phr", example.GetProperty("acr_values").GetString());
        var header = response.GetProperty("headers").GetProperty("WWW-Authenticate").GetProperty("description").GetString();
        Assert.Contains("RFC 9470", header, StringComparison.Ordinal);
    }
}
