using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>The schemas of requests and responses in the OpenAPI document. They do not depend on the database.</summary>
public sealed partial class DocumentedSchemaTests(SqliteApi shared)
{
    private const string MetadataMembers =
        "acr_values_supported,authorization_endpoint,authorization_response_iss_parameter_supported,"
        + "backchannel_logout_session_supported,backchannel_logout_supported,claims_parameter_supported,"
        + "claims_supported,code_challenge_methods_supported,end_session_endpoint,grant_types_supported,"
        + "id_token_signing_alg_values_supported,introspection_endpoint,"
        + "introspection_endpoint_auth_methods_supported,issuer,jwks_uri,prompt_values_supported,"
        + "request_parameter_supported,request_uri_parameter_supported,response_modes_supported,"
        + "response_types_supported,revocation_endpoint,revocation_endpoint_auth_methods_supported,"
        + "scopes_supported,service_documentation,subject_types_supported,token_endpoint,"
        + "token_endpoint_auth_methods_supported,userinfo_endpoint";

    private readonly HttpClient _client = shared.Api.CreateClient();

    /// <summary>The required and the optional members of every schema of an object, in alphabetical order.</summary>
    public static TheoryData<string, string, string> Schemas { get; } = new()
    {
        { "RegisterRequest", "email,password", "full_name" },
        { "LoginRequest", "password,username", "client_id,client_secret,grant_type,otp,scope" },
        { "MfaRequest", "mfa_token", "challenge_id,code,credential,recovery_code" },
        { "UserResponse", "created_at,email,email_verified,full_name,id,is_active,is_superuser,roles", "" },
        { "SetRolesRequest", "roles", "" },
        { "UpdateAccountRequest", "", "full_name" },
        { "DeleteAccountRequest", "password", "" },
        { "ChangePasswordRequest", "current_password,new_password", "" },
        { "ChangeEmailRequest", "email,password", "" },
        { "ConfirmEmailRequest", "token", "password" },
        { "RecoverPasswordRequest", "email", "" },
        { "ResetPasswordRequest", "new_password,token", "" },
        { "TokenResponse", "access_token,expires_in,refresh_expires_in,refresh_token,token_type", "" },
        {
            "TokenRequest", "grant_type",
            "client_id,client_secret,code,code_verifier,mfa_token,otp,password,recovery_code,redirect_uri,refresh_token,resource,scope,"
                + "username"
        },
        { "OAuthTokenResponse", "access_token,expires_in,token_type", "id_token,refresh_expires_in,refresh_token,scope" },
        { "UserInfoResponse", "sub", "email,email_verified,name" },
        { "TokenReference", "token", "token_type_hint" },
        {
            "IntrospectionResponse", "active",
            "acr,amr,aud,auth_time,client_id,email_verified,exp,iat,iss,jti,roles,scope,sid,sub,token_type,uid,username"
        },
        { "SessionResponse", "address,client_id,created_at,current,expires_at,id,last_seen_at,user_agent", "" },
        { "CreateUserRequest", "email", "full_name,is_active,is_superuser,password" },
        { "UpdateUserRequest", "", "email,full_name,is_active,is_superuser,password" },
        { "AddTotpRequest", "", "name" },
        { "ConfirmTotpRequest", "code", "" },
        { "ConfirmLinkRequest", "link_token,token", "" },
        { "ExternalProvidersResponse", "items", "" },
        { "ExternalProviderResponse", "display_name,name", "" },
        { "IdentitiesResponse", "items", "" },
        { "IdentityResponse", "created_at,display_name,email,id,last_used_at,provider", "" },
        { "LinkIdentityRequest", "", "code,code_verifier,link_token" },
        { "RequestLinkMailRequest", "link_token", "" },
        { "StartExternalLoginRequest", "code_challenge,redirect_uri", "" },
        { "StartedExternalLoginResponse", "authorization_url,expires_in", "" },
        { "TotpResponse", "expires_at,id,secret,uri", "" },
        { "RecoveryCodesResponse", "recovery_codes", "" },
        { "FactorsResponse", "items,recovery_codes_left", "" },
        { "FactorResponse", "created_at,id,last_used_at,name,type", "" },
        {
            "AuditEventResponse",
            "actor_id,address,details,id,occurred_at,outcome,session_id,trace_id,type,user_agent,user_id",
            ""
        },
        { "PageOfSessionResponse", "items,next_cursor", "" },
        { "PageOfUserResponse", "items,next_cursor", "" },
        { "PageOfAuditEventResponse", "items,next_cursor", "" },
        { "KeySetResponse", "keys", "" },
        { "PublicKeyResponse", "alg,kid,kty,use", "crv,e,n,x,y" },
        { "MetadataResponse", MetadataMembers, "" },
        { "AddPasskeyRequest", "challenge_id,credential", "name" },
        { "UsePasskeyRequest", "challenge_id,credential", "" },
        { "RenamePasskeyRequest", "", "name" },
        { "PasskeyOptionsResponse", "challenge_id,expires_in,options", "" },
        { "PasskeyResponse", "aaguid,backed_up,backup_eligible,created_at,id,last_used_at,name", "" },
        { "AddedPasskeyResponse", "aaguid,backed_up,backup_eligible,created_at,id,last_used_at,name,recovery_codes", "" },
        { "PasskeyPagesResponse", "enroll,manage", "" },
        { "RelatedOriginsResponse", "origins", "" },
        { "SigningKeysResponse", "items", "" },
        { "SigningKeyResponse", "active_from,algorithm,created_at,key_id,rotates_at,state", "" },
        { "StepUpRequest", "", "challenge_id,code,credential,password,recovery_code" },
        { "StepUpResponse", "access_token,expires_in,token_type", "" },
        { "SignInRequest", "", "challenge_id,code,code_verifier,credential,email,external_code,mfa_token,password,recovery_code" },
        {
            "AuthorizeRequest", "client_id,code_challenge,code_challenge_method,redirect_uri,response_type",
            "acr_values,id_token_hint,login_hint,max_age,nonce,prompt,resource,response_mode,scope,state"
        },
        { "AuthorizationResponse", "client,expires_at,login_hint,needs,scopes,user", "" },
        { "AuthorizationClient", "id,is_first_party,name,uri", "" },
        { "DecisionRequest", "decision", "user_id" },
        { "DecisionResponse", "redirect_uri", "" },
        { "LogoutRequest", "", "client_id,id_token_hint,post_logout_redirect_uri,state" },
        { "ScopeResponse", "description,name", "" },
        { "FigureResponse", "count,precision", "" },
        { "FiguresResponse", "logins,read_at,refused_logins,sessions,users,waiting_mails", "" },
        { "GrantResponse", "client_id,client_name,client_uri,created_at,scopes,updated_at", "" },
        { "PageOfGrantResponse", "items,next_cursor", "" },
        {
            "OAuthClientResponse",
            "back_channel_logout_uri,client_uri,created_at,grant_types,id,is_confidential,is_configured,is_first_party,may_introspect,name,"
            + "post_logout_redirect_uris,redirect_uris,resources,scopes",
            ""
        },
        { "CreatedOAuthClientResponse", "client,client_secret", "" },
        { "PageOfOAuthClientResponse", "items,next_cursor", "" },
        {
            "CreateOAuthClientRequest", "is_confidential,name",
            "back_channel_logout_uri,client_uri,grant_types,is_first_party,may_introspect,post_logout_redirect_uris,redirect_uris,resources,scopes"
        },
        {
            "UpdateOAuthClientRequest", "",
            "back_channel_logout_uri,client_uri,grant_types,is_first_party,may_introspect,name,post_logout_redirect_uris,redirect_uris,resources,"
            + "scopes"
        },
        { "CreateWebhookRequest", "events,url", "description,include_email" },
        { "UpdateWebhookRequest", "", "description,events,include_email,is_active,url" },
        {
            "WebhookResponse",
            "created_at,description,disabled_at,disabled_reason,events,failing_since,id,include_email,is_active,previous_secret_expires_at,url", ""
        },
        { "WebhooksResponse", "items", "" },
        { "WebhookSecretResponse", "secret,webhook", "" },
        {
            "WebhookDeliveryResponse",
            "abandoned_at,attempts,created_at,event_id,event_type,id,last_error,next_attempt_at,response,response_status,sent_at,status", ""
        },
        { "PageOfWebhookDeliveryResponse", "items,next_cursor", "" },
        { "OAuthProblem", "code,error,error_description,trace_id", "expires_in,link_token,methods,mfa_token" },
        { "HealthResponse", "status,version", "" },
        { "Problem", "code,detail,status,title,trace_id,type", "acr_values,errors,expires_in,link_token,max_age,methods,mfa_token,unknown_credential" },
    };

    /// <summary>Every schema except those of errors and pages, whose examples belong to the responses.</summary>
    public static TheoryData<string> SchemasWithExamples =>
    [
        .. Schemas.Select(row => row.Data.Item1).Where(name => name is not "Problem" and not "OAuthProblem"
            // Parts of another schema, whose example shows them.
            and not "AuthorizationClient" and not "FigureResponse" and not "SigningKeyResponse"
            && !name.StartsWith("PageOf", StringComparison.Ordinal)),
    ];

    [Fact]
    public async Task Every_documented_schema_is_covered_by_these_tests()
    {
        var documented = (await ReadSchemasAsync()).EnumerateObject()
            .Where(schema => schema.Value.TryGetProperty("properties", out _)).Select(schema => schema.Name);

        Assert.Equal(
            Schemas.Select(row => row.Data.Item1).Order(StringComparer.Ordinal).ToList(),
            documented.Order(StringComparer.Ordinal).ToList());
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task Schemas_list_their_members_and_which_are_required(string name, string required, string optional)
    {
        var schema = (await ReadSchemasAsync()).GetProperty(name);
        var members = schema.GetProperty("properties").EnumerateObject().ToList();

        Assert.Equal(Split(required), RequiredOf(schema).Order(StringComparer.Ordinal).ToList());
        Assert.Equal(
            Split(required).Concat(Split(optional)).Order(StringComparer.Ordinal).ToList(),
            members.Select(member => member.Name).Order(StringComparer.Ordinal).ToList());
        Assert.All(members, member => Assert.True(IsDescribed(member.Value), $"{name}.{member.Name} has no description."));
    }

    [Theory]
    [MemberData(nameof(SchemasWithExamples))]
    public async Task Schemas_have_an_example_with_their_own_members(string name)
    {
        var schema = (await ReadSchemasAsync()).GetProperty(name);
        var members = schema.GetProperty("properties").EnumerateObject().Select(member => member.Name).ToList();
        var examples = schema.GetProperty("examples").EnumerateArray().ToList();

        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var names = ApiMoves.NamesOf(example);
            Assert.Subset(members.ToHashSet(StringComparer.Ordinal), names.ToHashSet(StringComparer.Ordinal));
            Assert.Superset(RequiredOf(schema).ToHashSet(StringComparer.Ordinal), names.ToHashSet(StringComparer.Ordinal));
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
    [InlineData("CreateUserRequest", "email", "string")]
    [InlineData("CreateUserRequest", "password", "null,string")]
    [InlineData("ConfirmEmailRequest", "password", "null,string")]
    [InlineData("CreateUserRequest", "full_name", "null,string")]
    [InlineData("CreateUserRequest", "is_active", "boolean")]
    [InlineData("UpdateUserRequest", "email", "string")]
    [InlineData("UpdateUserRequest", "password", "string")]
    [InlineData("UpdateUserRequest", "full_name", "null,string")]
    [InlineData("UpdateUserRequest", "is_superuser", "boolean")]
    [InlineData("AuditEventResponse", "user_id", "integer,null")]
    [InlineData("AuditEventResponse", "type", "string")]
    [InlineData("PageOfUserResponse", "items", "array")]
    [InlineData("PageOfAuditEventResponse", "next_cursor", "null,string")]
    public async Task Members_have_one_type_and_are_nullable_only_where_intended(string schema, string member, string expected)
    {
        var type = (await ReadSchemasAsync()).GetProperty(schema)
            .GetProperty("properties").GetProperty(member).GetProperty("type");

        Assert.Equal(expected, type.ValueKind == JsonValueKind.String
            ? type.GetString()
            : string.Join(',', type.EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task The_example_registration_registers_and_the_example_login_logs_in()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite);
        var client = api.CreateClient();
        var schemas = await ReadSchemasAsync();
        var registration = schemas.GetProperty("RegisterRequest").GetProperty("examples")[0].GetRawText();
        var login = schemas.GetProperty("LoginRequest").GetProperty("examples")[0];

        using var registered = await client.PostTextAsync("/api/auth/register", registration);
        using var loggedIn = await client.PostFormAsync(
            "/api/auth/login", [.. login.EnumerateObject().Select(field => (field.Name, field.Value.GetString()!))]);

        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        Assert.Equal(HttpStatusCode.OK, loggedIn.StatusCode);
    }

    [Fact]
    public async Task Every_reference_in_the_document_resolves()
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
        foreach (var schema in (await ReadSchemasAsync()).EnumerateObject())
        {
            if (schema.Value.TryGetProperty("properties", out var properties))
                Assert.All(properties.EnumerateObject(), member => Assert.Matches("^[a-z]+(_[a-z]+)*$", member.Name));
        }
    }

    /// <summary>Returns whether a schema has a description, which a nullable reference has in one of its alternatives.</summary>
    private static bool IsDescribed(JsonElement schema) =>
        schema.TryGetProperty("description", out _)
        || (schema.TryGetProperty("oneOf", out var alternatives) && alternatives.EnumerateArray().Any(IsDescribed));

    private static List<string> Split(string names) => [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries)];

    private static List<string> RequiredOf(JsonElement schema) => schema.TryGetProperty("required", out var required)
        ? [.. required.EnumerateArray().Select(name => name.GetString()!)]
        : [];

    private async Task<JsonElement> ReadSchemasAsync() =>
        (await _client.ReadDocumentAsync()).GetProperty("components").GetProperty("schemas");

    [GeneratedRegex("\"\\$ref\":\\s*\"#/(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
