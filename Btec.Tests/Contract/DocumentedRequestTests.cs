using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>The credentials and bodies of requests in the OpenAPI document. They do not depend on the database.</summary>
public sealed class DocumentedRequestTests(SqliteApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    [Fact]
    public async Task Both_authentication_schemes_are_described()
    {
        var document = await _client.ReadDocumentAsync();
        var schemes = document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().ToList();

        var bearer = Assert.Single(schemes, scheme => scheme.Value.GetProperty("type").GetString() == "http").Value;
        Assert.Equal("bearer", bearer.GetProperty("scheme").GetString());
        var password = Assert.Single(schemes, scheme => scheme.Value.GetProperty("type").GetString() == "oauth2").Value;
        var flow = password.GetProperty("flows").GetProperty("password");
        Assert.Equal("/api/auth/login", flow.GetProperty("tokenUrl").GetString());
        Assert.True(flow.TryGetProperty("scopes", out _));

        var names = schemes.Select(scheme => scheme.Name).Order(StringComparer.Ordinal).ToList();
        var paths = document.GetProperty("paths");
        var required = paths.GetProperty("/api/users/me").GetProperty("get").GetProperty("security").EnumerateArray()
            .Select(requirement => Assert.Single(requirement.EnumerateObject()).Name).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(names, required);
        Assert.False(paths.GetProperty("/api/auth/login").GetProperty("post").TryGetProperty("security", out _));
        var optional = paths.GetProperty("/api/auth/email-verification/confirm").GetProperty("post").GetProperty("security")
            .EnumerateArray().Select(requirement => requirement.EnumerateObject().Select(scheme => scheme.Name).SingleOrDefault("")).ToList();
        Assert.Equal(["", .. names], [.. optional.Order(StringComparer.Ordinal)]);
    }

    [Fact]
    public async Task The_login_accepts_a_form_and_the_registration_JSON()
    {
        var paths = (await _client.ReadDocumentAsync()).GetProperty("paths");

        Assert.Equal(
            ["application/x-www-form-urlencoded", "multipart/form-data"],
            BodyTypesOf(paths.GetProperty("/api/auth/login").GetProperty("post")));
        Assert.Equal(["application/json"], BodyTypesOf(paths.GetProperty("/api/auth/register").GetProperty("post")));
    }

    private static List<string> BodyTypesOf(JsonElement operation) =>
        [.. operation.GetProperty("requestBody").GetProperty("content").EnumerateObject()
            .Select(type => type.Name).Order(StringComparer.Ordinal)];
}
