using System.Globalization;
using System.Text.RegularExpressions;
using Btec.Api.Platform.BearerTokens;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Documentation;

public sealed partial class RouteTableTests(SqliteApi shared)
{
    /// <summary>The routes that the OpenAPI document leaves out.</summary>
    private static readonly string[] Undescribed = ["GET /alive", "GET /docs", "GET /health", "GET /openapi/v1.json"];

    /// <summary>The errors that follow from the kind of route, which the rows do not repeat.</summary>
    private static readonly string[] Implied =
    [
        "not_authenticated", "token_invalid", "token_expired", "insufficient_scope", "forbidden",
        "malformed_body", "body_too_large", "unsupported_media_type", "validation_failed",
        "rate_limited", "busy", "unavailable", "internal_error",
    ];

    private readonly BtecApi _api = shared.Api;

    [Fact]
    public async Task The_tables_have_every_route_with_the_parameters_of_its_query()
    {
        var operations = await ReadOperationsAsync();

        Documents.AssertSame(
            operations.Select(operation => Show(operation.Route, operation.Parameters)).Concat(Undescribed),
            ReadRows().Select(row => Show(row.Route, row.Parameters)));
    }

    [Fact]
    public async Task Each_row_has_the_statuses_of_success()
    {
        var operations = await ReadOperationsAsync();
        var rows = ReadRows().Where(row => !Undescribed.Contains(row.Route, StringComparer.Ordinal)).ToList();

        Documents.AssertSame(
            operations.Select(operation => Show(operation.Route, operation.Statuses.Where(status => status < 300).Select(Show))),
            rows.Select(row => Show(row.Route, SuccessStatus().Matches(row.Answers).Select(match => match.Value))));
    }

    [Fact]
    public async Task Each_row_has_the_errors_of_its_route()
    {
        var rows = ReadRows().ToDictionary(row => row.Route, StringComparer.Ordinal);

        foreach (var operation in await ReadOperationsAsync())
        {
            var described = operation.Errors.Where(error => error.OAuthError is null).Select(error => error.Code).ToList();
            var documented = Documents.FindCode(rows[operation.Route].Answers).Where(ErrorCatalog.All.ContainsKey).ToList();
            var missing = described.Except(Implied, StringComparer.Ordinal).Except(documented, StringComparer.Ordinal);
            var superfluous = documented.Except(described, StringComparer.Ordinal);
            Assert.True(
                !missing.Concat(superfluous).Any(),
                $"{operation.Route} misses {string.Join(", ", missing)} and does not answer {string.Join(", ", superfluous)}");
        }
    }

    [Fact]
    public void Each_row_says_who_may_call()
    {
        var endpoints = _api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        var callers = endpoints
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
                .Select(method => (Route: $"{method} {PathOf(endpoint)}", Caller: CallerOf(endpoint))))
            .DistinctBy(endpoint => endpoint.Route, StringComparer.Ordinal)
            .ToDictionary(endpoint => endpoint.Route, endpoint => endpoint.Caller, StringComparer.Ordinal);

        Assert.All(
            ReadRows().Where(row => !Undescribed.Contains(row.Route, StringComparer.Ordinal)),
            row => Assert.Equal((row.Route, callers[row.Route]), (row.Route, row.Who)));
    }

    private static string CallerOf(RouteEndpoint endpoint)
    {
        var policies = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
        if (policies.Count == 0)
            return "anyone";

        if (endpoint.Metadata.GetMetadata<RequiredScope>() is not null)
            return "client";

        return policies.Any(policy => policy.Policy == BearerAuthentication.SuperuserPolicy) ? "superuser" : "user";
    }

    private static string PathOf(RouteEndpoint endpoint) =>
        $"/{Constraint().Replace(endpoint.RoutePattern.RawText!, "}").Trim('/')}";

    private static string Show(int status) => status.ToString(CultureInfo.InvariantCulture);

    private static string Show(string route, IEnumerable<string> values) =>
        $"{route} {string.Join(' ', values.Order(StringComparer.Ordinal))}".Trim();

    private static List<RouteRow> ReadRows() =>
    [
        .. from row in Documents.ReadRows("docs/api.md", "route", "who", "answers")
           let route = Documents.ReadCode(row[0]).Split('?')
           let parameters = route.Length == 1 ? [] : route[1].Split('&').Select(parameter => parameter.TrimEnd('='))
           select new RouteRow(route[0], [.. parameters], row[1], row[2]),
    ];

    private Task<IReadOnlyList<DescribedOperation>> ReadOperationsAsync() => DescribedOperation.ReadAllAsync(_api.CreateClient());

    [GeneratedRegex("\\b20\\d\\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SuccessStatus();

    [GeneratedRegex(":[a-z]+\\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Constraint();

    /// <summary>A row of a table of routes.</summary>
    private sealed record RouteRow(string Route, IReadOnlyList<string> Parameters, string Who, string Answers);
}
