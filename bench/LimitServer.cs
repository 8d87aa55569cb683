using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Npgsql;

#pragma warning disable CA1849 // The row is already in memory.

namespace Btec.Bench;

/// <summary>The limit that the API is compared with: the smallest server that answers the same request.</summary>
internal static class LimitServer
{
    public const string Bare = "bare";
    public const string Jwt = "jwt";
    public const string Query = "query";
    public const string Npgsql = "npgsql";
    public const string Strict = "strict";

    private const string FindCaller = """
        SELECT u.id, u.email, u.full_name, u.is_active, u.is_superuser
        FROM sessions AS s JOIN users AS u ON u.id = s.user_id
        WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND u.is_active
        """;

    /// <param name="kind"><c>bare</c>: Kestrel. <c>jwt</c>: Kestrel with JwtBearer. <c>query</c>: the same with one prepared
    /// query. <c>npgsql</c>: Kestrel with the query but without JwtBearer, for start time and memory. <c>strict</c>: <see cref="StrictServer"/>.</param>
    /// <param name="connectionString">The connection string of the API's database.</param>
    public static async Task<int> RunAsync(string kind, string connectionString)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(
            json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, CallerJson.Default));
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 10,
            AutoPrepareMinUsages = 1,
            MaxPoolSize = 20,
        });
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

        MapHealth(app, database);
        if (kind == Strict)
            StrictServer.Map(app, database);
        else
            MapMe(app, kind, database);

        await app.RunAsync();
        return 0;
    }

    private static void MapMe(WebApplication app, string kind, NpgsqlDataSource database)
    {
        var me = kind switch
        {
            Bare => app.MapGet(Paths.Me, () => new Caller(1, "user1@example.com", null, IsActive: true, IsSuperuser: false)),
            Jwt => app.MapGet(Paths.Me, (ClaimsPrincipal user) =>
                new Caller(UserId(user), user.FindFirstValue("sub")!, null, IsActive: true, IsSuperuser: false)),
            Query => app.MapGet(Paths.Me, (ClaimsPrincipal user, CancellationToken cancellationToken) =>
                FindAsync(database, Guid.Parse(user.FindFirstValue("sid")!), UserId(user), cancellationToken)),
            _ => app.MapGet(Paths.Me, (CancellationToken cancellationToken) =>
                FindAsync(database, Tokens.SessionOf(1), 1, cancellationToken)),
        };
        if (kind is Jwt or Query)
            me.RequireAuthorization();
    }

    private static void MapHealth(WebApplication app, NpgsqlDataSource database) =>
        app.MapGet(Paths.Health, async (CancellationToken cancellationToken) =>
        {
            await using var command = database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return "ok";
        });

    /// <summary>Reads the columns id, email, full_name, is_active and is_superuser.</summary>
    public static Caller ReadCaller(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetBoolean(3), row.GetBoolean(4));

    private static int UserId(ClaimsPrincipal user) => int.Parse(user.FindFirstValue("uid")!, null);

    private static async Task<IResult> FindAsync(
        NpgsqlDataSource database, Guid sessionId, int userId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(FindCaller);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = sessionId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = userId });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = TimeProvider.System.GetUtcNow().UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? TypedResults.Ok(ReadCaller(reader))
            : TypedResults.Unauthorized();
    }
}
