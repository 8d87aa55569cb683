using System.Text.Json.Nodes;
using Btec.Api.Features.Audit;
using Btec.Api.Features.Health;
using Btec.Api.Features.Login;
using Btec.Api.Features.Me;
using Btec.Api.Features.OAuth;
using Btec.Api.Features.Sessions;
using Btec.Api.Features.Users;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Requests;
using Btec.Data.Model;
using Btec.Data.Passwords;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>Tells in the document what the rules on members enforce, and gives every schema an example.</summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    private static readonly Dictionary<Type, Func<JsonNode>> Examples = new()
    {
        [typeof(RegisterRequest)] = () => new JsonObject
        {
            ["email"] = "ada@example.com",
            ["password"] = "correct horse battery",
            ["full_name"] = "Ada Lovelace",
        },
        [typeof(LoginRequest)] = () => new JsonObject { ["username"] = "ada@example.com", ["password"] = "correct horse battery" },
        [typeof(UserResponse)] = () => new JsonObject
        {
            ["id"] = 1,
            ["email"] = "ada@example.com",
            ["full_name"] = "Ada Lovelace",
            ["is_active"] = true,
            ["is_superuser"] = false,
            ["email_verified"] = true,
            ["created_at"] = "2026-01-31T09:30:00Z",
        },
        [typeof(UpdateAccountRequest)] = () => new JsonObject { ["full_name"] = "Ada King" },
        [typeof(DeleteAccountRequest)] = () => new JsonObject { ["password"] = "correct horse battery" },
        [typeof(ChangePasswordRequest)] = () => new JsonObject
        {
            ["current_password"] = "correct horse battery",
            ["new_password"] = "a staple is no battery",
        },
        [typeof(RecoverPasswordRequest)] = () => new JsonObject { ["email"] = "ada@example.com" },
        [typeof(ResetPasswordRequest)] = () => new JsonObject
        {
            ["token"] = "Zm9yIHlvdXIgZXllcyBvbmx5LCBhbmQgb25jZSBvbmx5",
            ["new_password"] = "a staple is no battery",
        },
        [typeof(ChangeEmailRequest)] = () => new JsonObject { ["email"] = "ada.king@example.com", ["password"] = "correct horse battery" },
        [typeof(ConfirmEmailRequest)] = () => new JsonObject { ["token"] = "Zm9yIHlvdXIgZXllcyBvbmx5LCBhbmQgb25jZSBvbmx5" },
        [typeof(TokenResponse)] = () => new JsonObject
        {
            ["access_token"] = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…",
            ["token_type"] = "bearer",
            ["expires_in"] = 691200,
            ["refresh_token"] = "kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y",
            ["refresh_expires_in"] = 1209600,
        },
        [typeof(TokenRequest)] = () => new JsonObject
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = "kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y",
        },
        [typeof(TokenReference)] = () => new JsonObject { ["token"] = "kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y" },
        [typeof(SessionResponse)] = () => new JsonObject
        {
            ["id"] = "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69",
            ["user_agent"] = "Mozilla/5.0",
            ["address"] = "203.0.113.7",
            ["created_at"] = "2026-01-31T09:30:00Z",
            ["last_seen_at"] = "2026-02-01T08:15:00Z",
            ["expires_at"] = "2026-02-14T09:30:00Z",
            ["current"] = true,
        },
        [typeof(CreateUserRequest)] = () => new JsonObject { ["email"] = "grace@example.com", ["full_name"] = "Grace Hopper" },
        [typeof(UpdateUserRequest)] = () => new JsonObject { ["is_active"] = false },
        [typeof(AuditEventResponse)] = () => new JsonObject
        {
            ["id"] = "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69",
            ["occurred_at"] = "2026-01-31T09:30:00Z",
            ["type"] = "login",
            ["outcome"] = "success",
            ["actor_id"] = 1,
            ["user_id"] = 1,
            ["session_id"] = "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a70",
            ["address"] = "203.0.113.7",
            ["user_agent"] = "Mozilla/5.0",
            ["trace_id"] = "4bf92f3577b34da6a3ce929d0e0e4736",
            ["details"] = null,
        },
        [typeof(IntrospectionResponse)] = () => new JsonObject
        {
            ["active"] = true,
            ["token_type"] = "access_token",
            ["username"] = "ada@example.com",
            ["sub"] = "ada@example.com",
            ["uid"] = 1,
            ["sid"] = "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69",
            ["iat"] = 1769851800,
            ["exp"] = 1770543000,
            ["iss"] = "btec",
            ["aud"] = "btec-api",
            ["jti"] = "Qm9sdHptYW5uLUNvbnN0YQ",
        },
        [typeof(KeySetResponse)] = () => new JsonObject { ["keys"] = new JsonArray(PublicKey()) },
        [typeof(PublicKeyResponse)] = PublicKey,
        [typeof(MetadataResponse)] = () => new JsonObject
        {
            ["issuer"] = "https://auth.example.com",
            ["token_endpoint"] = "https://auth.example.com/api/auth/token",
            ["revocation_endpoint"] = "https://auth.example.com/api/auth/revoke",
            ["introspection_endpoint"] = "https://auth.example.com/api/auth/introspect",
            ["jwks_uri"] = "https://auth.example.com/.well-known/jwks.json",
            ["grant_types_supported"] = new JsonArray("password", "refresh_token"),
            ["response_types_supported"] = new JsonArray(),
            ["token_endpoint_auth_methods_supported"] = new JsonArray("none"),
            ["revocation_endpoint_auth_methods_supported"] = new JsonArray("none"),
            ["introspection_endpoint_auth_methods_supported"] = new JsonArray("Bearer"),
            ["service_documentation"] = "https://auth.example.com/docs",
        },
        [typeof(HealthResponse)] = () => new JsonObject { ["status"] = "ok", ["version"] = "1.0.0" },
    };

    /// <summary>The key of RFC 7517 appendix A.1, under its thumbprint.</summary>
    private static JsonObject PublicKey() => new()
    {
        ["kty"] = "EC",
        ["crv"] = "P-256",
        ["x"] = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        ["y"] = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        ["kid"] = "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s",
        ["use"] = "sig",
        ["alg"] = "ES256",
    };

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonPropertyInfo is { AttributeProvider: { } member } property)
        {
            if (Optional.ArgumentOf(property.PropertyType) is { } patched)
                schema.Type = TypeOf(patched) | (JsonBody.TakesNull(property) ? JsonSchemaType.Null : default);

            if (member.IsDefined(typeof(ValidEmailAttribute), inherit: true))
                (schema.Format, schema.MaxLength) = ("email", User.EmailMaxLength);

            if (member.IsDefined(typeof(ValidPasswordAttribute), inherit: true))
                (schema.Format, schema.MinLength, schema.MaxLength) = ("password", PasswordRules.MinLength, PasswordRules.MaxBytes);

            if (member.IsDefined(typeof(ValidFullNameAttribute), inherit: true))
                schema.MaxLength = User.FullNameMaxLength;
        }
        else if (Examples.TryGetValue(context.JsonTypeInfo.Type, out var example))
        {
            schema.Examples = [example()];
        }

        return Task.CompletedTask;
    }

    private static JsonSchemaType TypeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => JsonSchemaType.Boolean,
        TypeCode.Int32 => JsonSchemaType.Integer,
        _ => JsonSchemaType.String,
    };
}
