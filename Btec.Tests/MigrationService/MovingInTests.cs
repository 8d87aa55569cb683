using System.Text.RegularExpressions;
using Btec.Tests.Documentation;
using Btec.Tests.Hashing;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.MigrationService;

/// <summary>The statements in docs/moving-in.md, run on tables of the shape of the other systems.</summary>
public sealed partial class MovingInTests
{
    private static readonly string s_bcrypt = ImportedVectors.All["bcrypt-2b"].Hash;
    private static readonly string s_identity = ImportedVectors.All["identity-sha512"].Hash;

    [Fact]
    public async Task The_users_of_every_documented_system_are_imported_from_PostgreSQL()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Postgres);
        await api.Database.ExecuteAsync(
            $"""
            CREATE TABLE "user" (id uuid PRIMARY KEY, email varchar(255) NOT NULL, hashed_password varchar NOT NULL,
                full_name varchar(255), is_active boolean NOT NULL, is_superuser boolean NOT NULL, created_at timestamptz);
            INSERT INTO "user" VALUES (gen_random_uuid(), 'fastapi@example.com', '{s_bcrypt}', 'Ada "\" Lovelace', true, false, now()),
                (gen_random_uuid(), 'fastapi-root@example.com', '{s_bcrypt}', NULL, false, true, NULL);

            CREATE TABLE "AspNetUsers" ("Id" text PRIMARY KEY, "UserName" varchar(256), "Email" varchar(256), "EmailConfirmed" boolean NOT NULL,
                "PasswordHash" text, "LockoutEnd" timestamptz, "TwoFactorEnabled" boolean NOT NULL);
            CREATE TABLE "AspNetRoles" ("Id" text PRIMARY KEY, "Name" varchar(256));
            CREATE TABLE "AspNetUserRoles" ("UserId" text, "RoleId" text);
            INSERT INTO "AspNetUsers" VALUES ('1', 'i', 'Identity@Example.com', true, '{s_identity}', NULL, false),
                ('2', 'l', 'identity-locked@example.com', false, NULL, 'infinity', false), ('3', 'n', NULL, false, NULL, NULL, false);
            INSERT INTO "AspNetRoles" VALUES ('1', 'Editor'), ('2', 'clerk');
            INSERT INTO "AspNetUserRoles" VALUES ('1', '1'), ('1', '2');

            CREATE SCHEMA auth;
            CREATE TABLE auth.users (id uuid, email varchar(255), encrypted_password varchar(255), email_confirmed_at timestamptz,
                raw_user_meta_data jsonb, created_at timestamptz, banned_until timestamptz, deleted_at timestamptz, is_sso_user boolean NOT NULL);
            INSERT INTO auth.users VALUES
                (NULL, 'supabase@example.com', '{s_bcrypt}', now(), '{Json("full_name", "Ada")}', '2024-05-17 09:30:00.5+05:30', NULL, NULL, false),
                (NULL, 'supabase-banned@example.com', '', NULL, '{Json("name", "Bob")}', now(), 'infinity', NULL, false),
                (NULL, 'supabase-deleted@example.com', '', NULL, NULL, now(), NULL, now(), false),
                (NULL, 'supabase-sso@example.com', '', NULL, NULL, now(), NULL, NULL, true), (NULL, NULL, '', NULL, NULL, now(), NULL, NULL, false);

            CREATE TABLE auth_user (id integer, password varchar(128), is_superuser boolean, username varchar(150), first_name varchar(150),
                last_name varchar(150), email varchar(254), is_active boolean, date_joined timestamptz);
            INSERT INTO auth_user VALUES (1, '{ImportedVectors.OfLongPassword}', false, 'a', 'Ada', '', 'django@example.com', true, now()),
                (2, '!unusable', false, 'b', '', '', 'django-unusable@example.com', true, now()), (3, '', false, 'c', '', '', '', true, now());
            """);

        var statements = ReadStatements();
        var users = await ImportAsync(api, [statements[0], statements[2], statements[3], statements[4]]);

        string[] expected =
        [
            "django@example.com | True | False | Ada | False | ",
            "django-unusable@example.com | True | False | null | False | ",
            "fastapi@example.com | True | False | Ada \"\\\" Lovelace | False | ",
            "fastapi-root@example.com | False | True | null | False | ",
            "identity@example.com | True | False | null | True | clerk,editor",
            "identity-locked@example.com | False | False | null | False | ",
            "supabase@example.com | True | False | Ada | True | ",
            "supabase-banned@example.com | False | False | Bob | False | ",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), users.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(["2024-05-17 04:00:00.5"], await api.Database.ReadAsync(
            "SELECT (created_at AT TIME ZONE 'UTC')::text FROM users WHERE email = 'supabase@example.com'"));
    }

    [Fact]
    public async Task The_users_of_the_FastAPI_template_are_imported_from_SQLite()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite);
        await api.Database.ExecuteAsync(
            $"""
            CREATE TABLE user (id TEXT PRIMARY KEY, email TEXT, hashed_password TEXT, full_name TEXT, is_active BOOLEAN, is_superuser BOOLEAN);
            INSERT INTO user VALUES ('1', 'fastapi@example.com', '{s_bcrypt}', 'Ada', 1, 0), ('2', 'fastapi-root@example.com', '{s_bcrypt}', NULL, 0, 1);
            """);

        Assert.Equal(
            ["fastapi-root@example.com | 0 | 1 | null", "fastapi@example.com | 1 | 0 | Ada"],
            await ImportAsync(api, [ReadStatements()[1]]), StringComparer.Ordinal);
    }

    /// <summary>Runs statements and imports what they return. Returns the users.</summary>
    private static async Task<IReadOnlyList<string>> ImportAsync(BtecApi api, IReadOnlyList<string> statements)
    {
        using var files = new ImportFiles();
        var lines = new List<string>();
        foreach (var statement in statements)
            lines.AddRange(await api.Database.ReadAsync(statement));

        await files.WriteAsync(lines);
        (await WorkerRuns.RunAsync(api.Database.ToSettings(), "--import", files.File, "--allow-superusers")).AssertExitCode(0);
        return await api.Database.ReadAsync(
            api.DatabaseKind == DatabaseKind.Postgres
                ? "SELECT email, is_active, is_superuser, full_name, email_verified_at IS NOT NULL, array_to_string(roles, ',') FROM users ORDER BY email"
                : "SELECT email, is_active, is_superuser, full_name FROM users ORDER BY email");
    }

    private static List<string> ReadStatements() =>
        [.. Statement().Matches(File.ReadAllText(Path.Combine(Documents.Root, "docs", "moving-in.md"))).Select(match => match.Groups["sql"].Value)];

    private static string Json(string name, string value) => $$"""{"{{name}}":"{{value}}"}""";

    [GeneratedRegex(@"<<'SQL'\n(?<sql>.+?)\nSQL\n", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Statement();
}
