using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Telemetry;

/// <summary>Errors that are reported by the protocol of Sentry.</summary>
public sealed class ErrorTrackingTests
{
    private const string Setting = "Sentry:Dsn";

    [Fact]
    [Asvs("16.2.5")]
    public async Task An_unhandled_exception_is_reported_with_its_trace_id_and_without_personal_data()
    {
        await using var receiver = await ErrorReceiver.StartAsync();
        await using var api = await StartAsync(receiver.Dsn);
        var client = api.CreateClient();
        var (_, email, tokens) = await client.StartAccountAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{FailingRoute.Path}?q=searched");
        request.Headers.Authorization = new("Bearer", tokens.Access);
        request.Headers.Add("User-Agent", "agent/1.0");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        var problem = await response.AssertProblemAsync(HttpStatusCode.InternalServerError, "internal_error");
        await Eventually.IsTrueAsync(() => Task.FromResult(receiver.Envelopes.Count > 0), "the error is reported");
        var envelope = Assert.Single(receiver.Envelopes);
        Assert.Contains("System.InvalidOperationException", envelope, StringComparison.Ordinal);
        Assert.Contains($"\"trace_id\":\"{problem.GetProperty("trace_id").GetString()}\"", envelope, StringComparison.Ordinal);
        Assert.All(
            [email, tokens.Access, "searched", "agent/1.0", "203.0.113.7", "127.0.0.1", FailingRoute.Path, Environment.MachineName],
            secret => Assert.DoesNotContain(secret, envelope, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_callers_do_wrong_is_not_reported()
    {
        await using var receiver = await ErrorReceiver.StartAsync();
        await using (var api = await StartAsync(receiver.Dsn))
        {
            using var response = await api.CreateClient().PostFormAsync(
                "/api/auth/login", ("username", ApiMoves.NewEmail()), ("password", "not this one"));
            await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        }

        Assert.Empty(receiver.Envelopes);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_delays_no_answer_and_not_the_end()
    {
        await using var receiver = TcpForwarder.ToNothing();
        var api = await StartAsync($"http://key@127.0.0.1:{receiver.Port}/42");
        try
        {
            using var response = await api.CreateClient().GetAsync(FailingRoute.Path, accessToken: null);

            await response.AssertProblemAsync(HttpStatusCode.InternalServerError, "internal_error");
        }
        finally
        {
            await api.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://key@127.0.0.1:9/42")]
    public async Task The_library_is_loaded_for_the_setting_alone(string dsn)
    {
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Sqlite);
        await using var api = BtecProcess.StartApi(database.ToSettings(("Jwt:SigningKey", BtecApi.SigningKey), (Setting, dsn)));

        using var _ = await api.ConnectAsync();

        Assert.Equal(dsn.Length > 0, await api.HasLoadedAsync("Sentry.dll"));
    }

    [Theory]
    [InlineData("sentry.example.com/42")]
    [InlineData("https://sentry.example.com/42")]
    [InlineData("https://key@sentry.example.com")]
    [InlineData("ftp://key@sentry.example.com/42")]
    public async Task Another_address_is_refused_at_the_start(string dsn)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var api = BtecProcess.StartApi(database.ToSettings(("Jwt:SigningKey", BtecApi.SigningKey), (Setting, dsn)));

        (await api.WaitForEndAsync()).AssertRefused($"{Setting} must be a DSN");
    }

    private static Task<BtecApi> StartAsync(string dsn) => BtecApi.StartAsync(
        DatabaseKind.Sqlite,
        new Dictionary<string, string?>(StringComparer.Ordinal) { [Setting] = dsn, ["Logging:Console:LogLevel:Default"] = nameof(LogLevel.None) },
        addServices: services => services.AddSingleton<IStartupFilter, FailingRoute>());
}
