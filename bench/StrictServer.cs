using System.Globalization;
using Btec.Data.Passwords;
using Microsoft.IdentityModel.JsonWebTokens;
using Npgsql;

namespace Btec.Bench;

/// <summary>The strictest limit: Kestrel without middleware, <see cref="JsonWebTokenHandler"/>, and one prepared query for each request, by
/// the unique address of one table. It reads, logs in and registers, without sessions, rules, audit or limits.</summary>
internal static class StrictServer
{
    private const string Bearer = "Bearer ";

    private const string FindUser =
        "SELECT id, email, full_name, is_active, is_superuser, hashed_password FROM users WHERE email = $1";

    private const string AddUser = """
        INSERT INTO users (email, hashed_password, is_active, is_superuser, created_at) VALUES ($1, $2, true, false, now()) RETURNING id
        """;

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>Hashes on as many threads as there are cores, as the API does. Otherwise they would starve the thread pool.</summary>
    private static readonly SemaphoreSlim Cores = new(Environment.ProcessorCount);

    public static void Map(WebApplication app, NpgsqlDataSource database)
    {
        var rules = Tokens.Rules();
        app.MapGet(Paths.Me, async Task<IResult> (HttpContext context, CancellationToken cancellationToken) =>
        {
            var header = context.Request.Headers.Authorization.ToString();
            if (!header.StartsWith(Bearer, StringComparison.Ordinal))
                return TypedResults.Unauthorized();

            var token = await Handler.ValidateTokenAsync(header[Bearer.Length..], rules);
            var found = token.IsValid ? await FindAsync(database, ((JsonWebToken)token.SecurityToken).Subject, cancellationToken) : null;
            return found is { Caller.IsActive: true } ? TypedResults.Ok(found.Value.Caller) : TypedResults.Unauthorized();
        });
        app.MapPost(Paths.Login, async Task<IResult> (HttpContext context, CancellationToken cancellationToken) =>
        {
            var form = await context.Request.ReadFormAsync(cancellationToken);
            return await FindAsync(database, form["username"].ToString(), cancellationToken) is { } found
                && await HashAsync(() => BcryptHash.Verify(form["password"].ToString(), found.Hash))
                    ? TypedResults.Text($$"""{"access_token":"{{Tokens.Create(found.Caller.Id)}}"}""", "application/json")
                    : TypedResults.Unauthorized();
        });
        app.MapPost(Paths.Register, async Task<IResult> (HttpContext context, CancellationToken cancellationToken) =>
        {
            var body = (await context.Request.ReadFromJsonAsync(CallerJson.Default.DictionaryStringString, cancellationToken))!;
            var hash = await HashAsync(() => BcryptHash.Create(body["password"], BenchDatabase.WorkFactor));
            await using var command = database.CreateCommand(AddUser);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = body["email"] });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hash });
            var id = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
            return TypedResults.Created(
                string.Create(CultureInfo.InvariantCulture, $"{Paths.Users}/{id}"),
                new Caller(id, body["email"], FullName: null, IsActive: true, IsSuperuser: false));
        });
    }

    private static async Task<T> HashAsync<T>(Func<T> compute)
    {
        await Cores.WaitAsync();
        try
        {
            return await Task.Run(compute);
        }
        finally
        {
            Cores.Release();
        }
    }

    private static async Task<(Caller Caller, string Hash)?> FindAsync(
        NpgsqlDataSource database, string email, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(FindUser);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = email });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (LimitServer.ReadCaller(reader), reader.GetString(5)) : null;
    }
}
