using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Telemetry;

public abstract class ProductionRunTests(ProductionRun run) : IAsyncLifetime
{
    public sealed class OnSqlite(SqliteRun run) : ProductionRunTests(run), IClassFixture<SqliteRun>;

    public sealed class OnPostgres(PostgresRun run) : ProductionRunTests(run), IClassFixture<PostgresRun>
    {
        [Fact]
        public void Database_statements_are_exported_as_spans()
        {
            Assert.Contains("postgresql", run.Received.Traces, StringComparison.Ordinal);
            Assert.Contains("INSERT INTO users", run.Received.Traces, StringComparison.Ordinal);
        }

        [Fact]
        public void The_metrics_of_Npgsql_are_exported() =>
            Assert.Contains("db.client.", run.Received.Metrics, StringComparison.Ordinal);
    }

    public async ValueTask InitializeAsync() => await run.RequireAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void After_SIGTERM_the_API_exits_with_code_0_before_orchestrators_kill_it()
    {
        run.End.AssertExitCode(0);
        Assert.True(run.End.Elapsed < TimeSpan.FromSeconds(8), $"It took {run.End.Elapsed}.");
    }

    [Theory]
    [InlineData("register")]
    [InlineData("login")]
    [InlineData("password hash")]
    [InlineData("password verify")]
    [InlineData("POST /api/auth/register")]
    [InlineData("POST /api/auth/login")]
    [InlineData("GET /api/users/me")]
    [InlineData("btec.login.outcome")]
    public void The_traces_contain(string name) => Assert.Contains(name, run.Received.Traces, StringComparison.Ordinal);

    [Theory]
    [InlineData("btec.registrations")]
    [InlineData("btec.logins")]
    [InlineData("btec.password_hash.duration")]
    [InlineData("http.server.request.duration")]
    [InlineData("dotnet.gc.collections")]
    [InlineData("created")]
    [InlineData("email_taken")]
    [InlineData("success")]
    [InlineData("invalid_credentials")]
    public void The_metrics_contain(string name) => Assert.Contains(name, run.Received.Metrics, StringComparison.Ordinal);

    [Fact]
    public void The_logs_are_exported_with_the_trace_id_of_their_request()
    {
        Assert.Contains("Registered user", run.Received.Logs, StringComparison.Ordinal);
        // A log record contains the trace id as 16 bytes.
        var bytes = string.Concat(Convert.FromHexString(run.TraceId).Select(value => (char)value));
        Assert.Contains(bytes, run.Received.Logs, StringComparison.Ordinal);
        Assert.Contains(bytes, run.Received.Traces, StringComparison.Ordinal);
    }

    [Fact]
    [Asvs("16.2.4")]
    public void Every_log_line_is_a_JSON_object_and_those_of_a_request_contain_its_trace_id()
    {
        Assert.Empty(run.End.Error);
        Assert.All(run.End.Output, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        Assert.Contains(
            run.End.Output,
            line => line.Contains("invalid_credentials", StringComparison.Ordinal) && line.Contains(run.TraceId, StringComparison.Ordinal));
    }

    [Fact]
    [Asvs("16.2.5")]
    public void No_personal_data_and_no_secret_is_exported_or_logged()
    {
        foreach (var text in new[] { run.Received.All, run.End.Text })
        {
            Assert.DoesNotContain(ProductionRun.Secret, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(run.Token, text, StringComparison.Ordinal);
            Assert.DoesNotContain(run.Token.Split('.')[2], text, StringComparison.Ordinal);
            Assert.DoesNotContain("$2b$", text, StringComparison.Ordinal);
            Assert.DoesNotContain(BtecApi.SigningKey, text, StringComparison.Ordinal);
            Assert.All(run.Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        }

        // The log says which addresses were refused.
        Assert.DoesNotContain(ProductionRun.Address, run.Received.Traces, StringComparison.Ordinal);
        Assert.DoesNotContain(ProductionRun.Address, run.Received.Metrics, StringComparison.Ordinal);
    }
}
