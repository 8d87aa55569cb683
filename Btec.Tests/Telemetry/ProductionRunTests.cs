using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Telemetry;

public abstract class ProductionRunTests(ProductionRun run) : IAsyncLifetime
{
    public sealed class OnSqlite(SqliteRun run) : ProductionRunTests(run), IClassFixture<SqliteRun>;

    public sealed class OnPostgres(PostgresRun run) : ProductionRunTests(run), IClassFixture<PostgresRun>
    {
        [Fact]
        public void Statements_are_spans_without_their_parameters()
        {
            Assert.Contains("postgresql", run.Received.Traces, StringComparison.Ordinal);
            Assert.Contains("INSERT INTO users", run.Received.Traces, StringComparison.Ordinal);
        }

        [Fact]
        public void The_metrics_of_the_client_of_PostgreSQL_are_exported() =>
            Assert.Contains("db.client.", run.Received.Metrics, StringComparison.Ordinal);
    }

    public async ValueTask InitializeAsync() => await run.RequireAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Asked_to_stop_it_ends_with_0_within_the_time_that_orchestrators_grant()
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
    public void The_traces_hold(string name) => Assert.Contains(name, run.Received.Traces, StringComparison.Ordinal);

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
    public void The_metrics_hold(string name) => Assert.Contains(name, run.Received.Metrics, StringComparison.Ordinal);

    [Fact]
    public void The_logs_are_exported_with_the_trace_of_their_request()
    {
        Assert.Contains("Registered user", run.Received.Logs, StringComparison.Ordinal);
        // In a log record the id of the trace is its 16 bytes.
        var bytes = string.Concat(Convert.FromHexString(run.TraceId).Select(value => (char)value));
        Assert.Contains(bytes, run.Received.Logs, StringComparison.Ordinal);
        Assert.Contains(bytes, run.Received.Traces, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_line_of_the_log_is_one_JSON_object_and_those_of_a_request_hold_its_trace()
    {
        Assert.Empty(run.End.Error);
        Assert.All(run.End.Output, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        Assert.Contains(
            run.End.Output,
            line => line.Contains("invalid_credentials", StringComparison.Ordinal) && line.Contains(run.TraceId, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_personal_and_no_secret_is_exported_or_written()
    {
        foreach (var text in new[] { run.Received.All, run.End.Text })
        {
            Assert.DoesNotContain(ProductionRun.Secret, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(run.Token, text, StringComparison.Ordinal);
            Assert.DoesNotContain(run.Token.Split('.')[2], text, StringComparison.Ordinal);
            Assert.DoesNotContain("$2b$", text, StringComparison.Ordinal);
            Assert.DoesNotContain(BtecApi.SigningKey, text, StringComparison.Ordinal);
        }
    }
}
