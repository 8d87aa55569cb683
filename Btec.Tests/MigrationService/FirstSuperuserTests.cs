using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.MigrationService;

public abstract class FirstSuperuserTests(DatabaseKind kind)
{
    private const string Email = "root@example.com";
    private const string Password = "sesame, open the door";

    public sealed class OnSqlite() : FirstSuperuserTests(DatabaseKind.Sqlite)
    {
        [Theory]
        [InlineData("Jwt:SigningKey", Email, null)]
        [InlineData("Jwt:SigningKey", Email, "")]
        [InlineData("FirstSuperuser:Email", null, Password)]
        [InlineData("FirstSuperuser:Email", "  ", Password)]
        [InlineData("FirstSuperuser:Email", "root", Password)]
        [InlineData("FirstSuperuser:Password", Email, "sesame")]
        [InlineData("FirstSuperuser:Password", Email, "sesame sesame sesame sesame sesame sesame sesame sesame sesame sesame sesame")]
        public async Task An_incomplete_or_invalid_superuser_is_refused_before_the_database_is_touched(
            string setting, string? email, string? password)
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);

            var end = await database.RunWorkerAsync(("FirstSuperuser:Email", email), ("FirstSuperuser:Password", password));

            end.AssertRefused(setting);
            Assert.DoesNotContain("sesame", end.Text, StringComparison.Ordinal);
            Assert.False(File.Exists(database.ToFile()));
        }

        [Fact]
        public async Task A_work_factor_too_low_for_Production_is_refused()
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);

            (await database.RunWorkerAsync(("Passwords:WorkFactor", "9"))).AssertRefused("Passwords:WorkFactor");
        }
    }

    public sealed class OnPostgres() : FirstSuperuserTests(DatabaseKind.Postgres);

    [Fact]
    public async Task The_first_superuser_can_log_in_and_a_second_run_creates_no_other()
    {
        await using var api = await BtecApi.StartAsync(kind, migrate: false);

        var first = await RunAsync(api, " ROOT@Example.com ");
        var again = await RunAsync(api, "other@example.com");

        Assert.All([first, again], end => Assert.DoesNotContain(Password, end.AssertExitCode(0).Text, StringComparison.Ordinal));
        Assert.All([first, again], end => Assert.DoesNotContain("example.com", end.Text, StringComparison.OrdinalIgnoreCase));
        using var client = api.CreateClient();
        using var response = await client.GetAsync("/api/users/me", await client.LoginAsync(Email, Password));
        var user = await response.ReadJsonAsync();
        Assert.Equal(Email, user.GetProperty("email").GetString());
        Assert.True(user.GetProperty("is_superuser").GetBoolean());
        Assert.True(user.GetProperty("is_active").GetBoolean());
        using var other = await client.PostFormAsync("/api/auth/login", ("username", "other@example.com"), ("password", Password));
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
        var created = Assert.Single(await api.GetAuditAsync(user.GetProperty("id").GetInt32(), "user.created"));
        Assert.Equal("""{"is_active":true,"is_superuser":true,"invited":false}""", created.GetProperty("details").GetRawText());
        Assert.Empty(await api.ReadMailsAsync(Email));
    }

    [Fact]
    public async Task An_address_that_an_ordinary_user_registered_first_is_refused_and_the_user_stays_ordinary()
    {
        await using var api = await BtecApi.StartAsync(kind);
        using var client = api.CreateClient();
        await client.RegisterAsync(Email);

        var end = await RunAsync(api, Email);

        end.AssertRefused("FirstSuperuser:Email");
        Assert.DoesNotContain(Email, end.Text, StringComparison.Ordinal);
        using var response = await client.GetAsync("/api/users/me", await client.LoginAsync(Email));
        Assert.False((await response.ReadJsonAsync()).GetProperty("is_superuser").GetBoolean());
    }

    private static Task<ProcessEnd> RunAsync(BtecApi api, string email) => WorkerRuns.RunAsync(
        api.ConnectionString,
        ("FirstSuperuser:Email", email),
        ("FirstSuperuser:Password", Password),
        ("Passwords:WorkFactor", "10"));
}
