using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Contract;

/// <summary>What a caller learns of a bug: nothing but where to look for it. The bug is the tests' own, behind the API's
/// pipeline.</summary>
public sealed class BugTests
{
    private const string Detail = "a detail that is nobody's business";

    [Theory]
    [InlineData("Development")]
    [InlineData("Testing")]
    [InlineData("Production")]
    public async Task A_bug_is_a_problem_that_says_nothing_of_itself_and_is_logged_under_its_trace(string environment)
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
            addServices: services => services.AddSingleton<IStartupFilter, Bug>().AddSingleton<ILoggerProvider>(logs));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/test/bug");
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Origin", "https://app.example.com");

        using var response = await api.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);

        var problem = await response.AssertProblemAsync(HttpStatusCode.InternalServerError, "internal_error");
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("https://app.example.com", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        var text = await response.ReadTextAsync();
        Assert.DoesNotContain(Detail, text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(Bug), text, StringComparison.Ordinal);
        var line = Assert.Single(logs.Lines, line => line.Contains(Detail, StringComparison.Ordinal));
        Assert.StartsWith("Error ", line, StringComparison.Ordinal);
        Assert.Contains(problem.GetProperty("trace_id").GetString()!, line, StringComparison.Ordinal);
    }

    private sealed class Bug : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.Use((HttpContext context, RequestDelegate rest) =>
                context.Request.Path == "/test/bug" ? throw new InvalidOperationException(Detail) : rest(context));
        };
    }
}
