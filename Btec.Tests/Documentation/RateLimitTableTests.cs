using System.Text.RegularExpressions;
using Btec.Api.Platform.RateLimiting;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Documentation;

/// <summary>The routes in the table of policies in docs/rate-limits.md.</summary>
public sealed partial class RateLimitTableTests(SqliteApi shared)
{
    [Fact]
    public void The_row_of_each_policy_names_every_route_that_it_limits()
    {
        var rows = Documents.ReadRows("docs/rate-limits.md", "policy", "routes", "per address", "per account")
            .ToDictionary(row => Documents.ReadCode(row[0]), row => Documents.FindCode(row[1]), StringComparer.Ordinal);

        Assert.Empty(
            from endpoint in shared.Api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let limit = endpoint.Metadata.GetMetadata<RateLimitMetadata>()
            where limit is not null
            from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
            let path = Prefix().Replace(Constraint().Replace(endpoint.RoutePattern.RawText!, "}").Trim('/'), "")
            where !Names(rows[limit.Policy.Name], method, path)
            select $"{limit.Policy.Name}: {method} {path}");
    }

    /// <summary>Returns whether a row names a route: with its method or without one, itself or the folder that it is in.</summary>
    private static bool Names(IReadOnlyList<string> codes, string method, string path)
    {
        var methods = codes.Where(code => Method().IsMatch(code)).ToList();
        return codes.Any(code => code.Split(' ') is [.., var named] && !Method().IsMatch(named)
            && (path == Prefix().Replace(named, "") || path.StartsWith(Prefix().Replace(named, "") + "/", StringComparison.Ordinal))
            && (code.Contains(' ', StringComparison.Ordinal)
                ? code.StartsWith(method + " ", StringComparison.Ordinal)
                : methods.Count == 0 || methods.Contains(method, StringComparer.Ordinal)));
    }

    /// <summary>The beginning of a path that the rows leave out.</summary>
    [GeneratedRegex("^(api/)?(auth/)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Prefix();

    [GeneratedRegex(":[a-z]+\\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Constraint();

    [GeneratedRegex("^[A-Z]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Method();
}
