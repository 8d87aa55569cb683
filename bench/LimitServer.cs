using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Npgsql;

#pragma warning disable CA1849 // A row that was read is in memory.

namespace Btec.Bench;

/// <summary>What the API is measured against: the least that answers the same request.</summary>
internal static class LimitServer
{
    public const string Bare = "bare";
    public const string Jwt = "jwt";
    public const string Query = "query";
    public const string Npgsql = "npgsql";

    private const string FindCaller = """
        SELECT u.id, u.email, u.full_name, u.is_active, u.is_superuser
        FROM sessions AS s JOIN users AS u ON u.id = s.user_id
        WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND u.is_active
        """;

    /// <param name="kind"><c>bare</c>: Kestrel. <c>jwt</c>: with JwtBearer. <c>query</c>: with one prepared query too.
    /// <c>npgsql</c>: Kestrel with a query, without JwtBearer, for start and memory.</param>
    /// <param name="connectionString">Of the database that the API uses as well.</param>
    public static async Task<int> RunAsync(string kind, string connectionString)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, CallerJson.Default));
        await using var database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 10, AutoPrepareMinUsages = 1, MaxPoolSize = 20 });
        if (kind is Jwt or Query)
        {
            builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
            {
                bearer.MapInboundClaims = false;
                bearer.TokenValidationParameters = Tokens.Rules();
            });
            builder.Services.AddAuthorization();
        }

        await using var app = builder.Build();
        if (kind is Jwt or Query)
        {
            app.UseAuthentication();
            app.UseAuthorization();
        }

        var me = kind switch
        {
            Bare => app.MapGet(Paths.Me, () => new Caller(1, "user1@example.com", null, IsActive: true, IsSuperuser: false)),
            Jwt => app.MapGet(Paths.Me, (ClaimsPrincipal user) => new Caller(
                int.Parse(user.FindFirstValue("uid")!, null), user.FindFirstValue("sub")!, null, IsActive: true, IsSuperuser: false)),
            Query => app.MapGet(Paths.Me, (ClaimsPrincipal user, CancellationToken cancellationToken) => FindAsync(
                database, Guid.Parse(user.FindFirstValue("sid")!), int.Parse(user.FindFirstValue("uid")!, null), cancellationToken)),
            _ => app.MapGet(Paths.Me, (CancellationToken cancellationToken) => FindAsync(database, Tokens.SessionOf(1), 1, cancellationToken)),
        };
        if (kind is Jwt or Query)
            me.RequireAuthorization();

        app.MapGet(Paths.Health, async (CancellationToken cancellationToken) =>
        {
            await using var command = database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return "ok";
        });
        await app.RunAsync();
        return 0;
    }

    private static async Task<IResult> FindAsync(NpgsqlDataSource database, Guid sessionId, int userId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(FindCaller);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = sessionId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = userId });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = TimeProvider.System.GetUtcNow().UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? TypedResults.Ok(new Caller(
                reader.GetInt32(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetBoolean(3), reader.GetBoolean(4)))
            : TypedResults.Unauthorized();
    }
}

internal static class Paths
{
    public const string Me = "/api/users/me";
    public const string Users = "/api/users";
    public const string Health = "/api/health";
    public const string Login = "/api/auth/login";
    public const string Register = "/api/auth/register";
}

internal sealed record Caller(int Id, string Email, string? FullName, bool IsActive, bool IsSuperuser);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Caller))]
internal sealed partial class CallerJson : JsonSerializerContext;
