using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Contract;

/// <summary>Unhandled exceptions as callers see them: a problem that gives a trace id and nothing else.</summary>
public sealed class UnhandledExceptionTests
{
    [Theory]
    [InlineData("Development")]
    [InlineData("Testing")]
    [InlineData("Production")]
    [Asvs("13.4.2", "16.3.4", "16.5.1", "16.5.3")]
    public async Task An_unhandled_exception_reveals_nothing_to_the_caller_and_is_logged_with_its_trace_id(string environment)
    {
        using var logs = new CollectedLogs();
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Passwords:WorkFactor"] = "10",
                ["Cors:AllowedOrigins"] = "https://app.example.com",
            },
            environment,
            migrate: false,
            addServices: services => services.AddSingleton<IStartupFilter, FailingRoute>().AddSingleton<ILoggerProvider>(logs));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/test/failure");
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Origin", "https://app.example.com");

        using var response = await api.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);

        var problem = await response.AssertProblemAsync(HttpStatusCode.InternalServerError, "internal_error");
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("https://app.example.com", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        var text = await response.ReadTextAsync();
        Assert.DoesNotContain(FailingRoute.Detail, text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(FailingRoute), text, StringComparison.Ordinal);
        var line = Assert.Single(logs.Lines, line => line.Contains(FailingRoute.Detail, StringComparison.Ordinal));
        Assert.StartsWith("Error ", line, StringComparison.Ordinal);
        Assert.Contains(problem.GetProperty("trace_id").GetString()!, line, StringComparison.Ordinal);
    }
}
