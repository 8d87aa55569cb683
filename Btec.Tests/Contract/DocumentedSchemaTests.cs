using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>What the API says of what it takes and gives: no database decides it.</summary>
public sealed partial class DocumentedSchemaTests(SqliteApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    [Theory]
    [InlineData("RegisterRequest", "email,password", "email,full_name,password")]
    [InlineData("LoginRequest", "password,username", "client_id,client_secret,grant_type,password,scope,username")]
    [InlineData("UserResponse", "created_at,email,email_verified,full_name,id,is_active,is_superuser", "created_at,email,email_verified,full_name,id,is_active,is_superuser")]
    [InlineData("DeleteAccountRequest", "password", "password")]
    [InlineData("ChangePasswordRequest", "current_password,new_password", "current_password,new_password")]
    [InlineData("ChangeEmailRequest", "email,password", "email,password")]
    [InlineData("ConfirmEmailRequest", "token", "token")]
    [InlineData("RecoverPasswordRequest", "email", "email")]
    [InlineData("ResetPasswordRequest", "new_password,token", "new_password,token")]
    [InlineData("TokenResponse", "access_token,expires_in,refresh_expires_in,refresh_token,token_type", "access_token,expires_in,refresh_expires_in,refresh_token,token_type")]
    [InlineData("TokenRequest", "grant_type", "grant_type,password,refresh_token,username")]
    [InlineData("TokenReference", "token", "token,token_type_hint")]
    [InlineData("IntrospectionResponse", "active", "active,aud,exp,iat,iss,jti,sid,sub,token_type,uid,username")]
    [InlineData("SessionResponse", "address,created_at,current,expires_at,id,last_seen_at,user_agent", "address,created_at,current,expires_at,id,last_seen_at,user_agent")]
    [InlineData("KeySetResponse", "keys", "keys")]
    [InlineData("PublicKeyResponse", "alg,crv,kid,kty,use,x,y", "alg,crv,kid,kty,use,x,y")]
    [InlineData("OAuthProblem", "code,error,error_description,trace_id", "code,error,error_description,trace_id")]
    [InlineData("HealthResponse", "status,version", "status,version")]
    [InlineData("Problem", "code,detail,status,title,trace_id,type", "code,detail,errors,status,title,trace_id,type")]
    public async Task Schemas_name_their_members_and_which_are_required(string name, string required, string members)
    {
        var schema = (await _client.ReadDocumentAsync()).GetProperty("components").GetProperty("schemas").GetProperty(name);

        Assert.Equal(required, string.Join(',', schema.GetProperty("required").EnumerateArray()
            .Select(member => member.GetString()).Order(StringComparer.Ordinal)));
        Assert.Equal(members, string.Join(',', schema.GetProperty("properties").EnumerateObject()
            .Select(member => member.Name).Order(StringComparer.Ordinal)));
        Assert.All(schema.GetProperty("properties").EnumerateObject(), member =>
            Assert.True(member.Value.TryGetProperty("description", out _), $"{name}.{member.Name} has no description"));
    }

    [Theory]
    [InlineData("RegisterRequest")]
    [InlineData("LoginRequest")]
    [InlineData("UserResponse")]
    [InlineData("DeleteAccountRequest")]
    [InlineData("ChangePasswordRequest")]
    [InlineData("ChangeEmailRequest")]
    [InlineData("ConfirmEmailRequest")]
    [InlineData("RecoverPasswordRequest")]
    [InlineData("ResetPasswordRequest")]
    [InlineData("TokenResponse")]
    [InlineData("TokenRequest")]
    [InlineData("TokenReference")]
    [InlineData("IntrospectionResponse")]
    [InlineData("SessionResponse")]
    [InlineData("KeySetResponse")]
    [InlineData("PublicKeyResponse")]
    [InlineData("MetadataResponse")]
    [InlineData("HealthResponse")]
    public async Task Schemas_have_an_example_of_their_own_members(string name)
    {
        var schema = (await _client.ReadDocumentAsync()).GetProperty("components").GetProperty("schemas").GetProperty(name);

        foreach (var example in schema.GetProperty("examples").EnumerateArray())
        {
            Assert.All(example.EnumerateObject(), member => Assert.True(schema.GetProperty("properties").TryGetProperty(member.Name, out _)));
            Assert.All(schema.GetProperty("required").EnumerateArray(), member => Assert.True(example.TryGetProperty(member.GetString()!, out _)));
        }
    }

    [Theory]
    [InlineData("UserResponse", "id", "integer")]
    [InlineData("TokenResponse", "expires_in", "integer")]
    [InlineData("Problem", "status", "integer")]
    [InlineData("UserResponse", "is_active", "boolean")]
    [InlineData("UserResponse", "is_superuser", "boolean")]
    [InlineData("UserResponse", "email", "string")]
    [InlineData("UserResponse", "full_name", "null,string")]
    [InlineData("RegisterRequest", "full_name", "null,string")]
    [InlineData("UpdateAccountRequest", "full_name", "null,string")]
    [InlineData("UserResponse", "email_verified", "boolean")]
    [InlineData("RegisterRequest", "email", "string")]
    [InlineData("RegisterRequest", "password", "string")]
    public async Task Members_have_one_type_and_null_only_where_it_is_meant(string schema, string member, string expected)
    {
        var type = (await _client.ReadDocumentAsync()).GetProperty("components").GetProperty("schemas").GetProperty(schema)
            .GetProperty("properties").GetProperty(member).GetProperty("type");

        Assert.Equal(expected, type.ValueKind == JsonValueKind.String
            ? type.GetString()
            : string.Join(',', type.EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task The_example_of_a_registration_registers_and_that_of_a_login_logs_in()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite);
        var client = api.CreateClient();
        var schemas = (await _client.ReadDocumentAsync()).GetProperty("components").GetProperty("schemas");
        var registration = schemas.GetProperty("RegisterRequest").GetProperty("examples")[0].GetRawText();
        var login = schemas.GetProperty("LoginRequest").GetProperty("examples")[0];

        using var registered = await client.PostTextAsync("/api/auth/register", registration);
        using var admitted = await client.PostFormAsync(
            "/api/auth/login", [.. login.EnumerateObject().Select(field => (field.Name, field.Value.GetString()!))]);

        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        Assert.Equal(HttpStatusCode.OK, admitted.StatusCode);
    }

    [Fact]
    public async Task Every_reference_in_the_document_leads_somewhere()
    {
        var document = await _client.ReadDocumentAsync();

        foreach (Match reference in Reference().Matches(document.GetRawText()))
        {
            var target = document;
            foreach (var name in reference.Groups["path"].Value.Split('/'))
                Assert.True(target.TryGetProperty(name, out target), reference.Value);
        }
    }

    [Fact]
    public async Task Every_name_in_a_schema_is_snake_case()
    {
        foreach (var schema in (await _client.ReadDocumentAsync()).GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            if (schema.Value.TryGetProperty("properties", out var properties))
                Assert.All(properties.EnumerateObject(), member => Assert.Matches("^[a-z]+(_[a-z]+)*$", member.Name));
        }
    }

    [GeneratedRegex("\"\\$ref\":\\s*\"#/(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
