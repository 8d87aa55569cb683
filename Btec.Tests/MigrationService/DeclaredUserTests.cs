using Btec.Tests.Infrastructure;

namespace Btec.Tests.MigrationService;

public abstract class DeclaredUserTests(DatabaseKind kind)
{
    private const string Email = "ada@example.com";
    private const string Password = "sesame, open the door";

    public sealed class OnSqlite() : DeclaredUserTests(DatabaseKind.Sqlite)
    {
        [Theory]
        [InlineData("Declared:Users:0:Email", "Declared:Users:0:Email", "ada")]
        [InlineData("Declared:Users:0:Password", "Declared:Users:0:Password", "sesame")]
        [InlineData("Declared:Users:0:Password", "Declared:Users:0:Password", null)]
        [InlineData("Declared:Users:0:Roles:0", "Declared:Users:0:Roles:0", "Editor!")]
        [InlineData("Declared:Users:0:Roles:0", "Declared:Roles:0", "writer")]
        [InlineData("Declared:Users:1:Email", "Declared:Users:1:Email", Email)]
        public async Task A_bad_declaration_stops_the_worker_with_one_line_that_names_the_setting(string named, string setting, string? value)
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            var settings = Declare("editor").Where(entry => entry.Item1 != setting).Append((setting, value));
            if (setting == "Declared:Users:1:Email")
                settings = settings.Append(("Declared:Users:1:Password", Password));

            var end = await database.RunWorkerAsync([.. settings]);

            end.AssertRefused(named);
            Assert.DoesNotContain("sesame", end.Text, StringComparison.Ordinal);
            Assert.False(File.Exists(database.ToFile()));
        }
    }

    public sealed class OnPostgres() : DeclaredUserTests(DatabaseKind.Postgres);

    [Fact]
    public async Task A_declared_user_is_created_once_gets_new_roles_and_loses_none()
    {
        await using var api = await BtecApi.StartAsync(kind, migrate: false);

        (await WorkerRuns.RunAsync(api.ConnectionString, Declare("editor"))).AssertExitCode(0);
        (await WorkerRuns.RunAsync(api.ConnectionString, Declare("clerk"))).AssertExitCode(0);
        (await WorkerRuns.RunAsync(api.ConnectionString, Declare("clerk"))).AssertExitCode(0);

        using var client = api.CreateClient();
        using var response = await client.GetAsync("/api/users/me", await client.LoginAsync(Email, Password));
        var user = await response.ReadJsonAsync();
        Assert.Equal(["clerk", "editor"], user.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!), StringComparer.Ordinal);
        Assert.Single(await api.GetAuditAsync(user.GetProperty("id").GetInt32(), "user.created"));
        Assert.Single(await api.GetAuditAsync(user.GetProperty("id").GetInt32(), "user.roles_changed"));
    }

    [Fact]
    public async Task Roles_for_an_address_that_somebody_registered_and_did_not_confirm_are_refused()
    {
        await using var api = await BtecApi.StartAsync(kind);
        using var client = api.CreateClient();
        await client.RegisterAsync(Email);

        (await WorkerRuns.RunAsync(api.ConnectionString, Declare("editor"))).AssertRefused("Declared:Users:0:Email");

        using var response = await client.GetAsync("/api/users/me", await client.LoginAsync(Email));
        Assert.Empty((await response.ReadJsonAsync()).GetProperty("roles").EnumerateArray());
    }

    private static (string, string?)[] Declare(string role) =>
    [
        ("Declared:Users:0:Email", Email),
        ("Declared:Users:0:Password", Password),
        ("Declared:Users:0:Roles:0", role),
        ("Passwords:WorkFactor", "10"),
    ];
}
