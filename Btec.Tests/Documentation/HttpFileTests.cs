using System.Text.RegularExpressions;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Documentation;

/// <summary>Btec.Api/Btec.Api.http, which walks through the API.</summary>
public sealed partial class HttpFileTests(SqliteApi shared)
{
    /// <summary>The routes that the OpenAPI document leaves out and the file shows.</summary>
    private static readonly string[] Undescribed = ["GET /alive", "GET /health", "GET /openapi/v1.json"];

    [Fact]
    public async Task The_file_calls_every_route_and_no_other()
    {
        var operations = await DescribedOperation.ReadAllAsync(shared.Api.CreateClient());

        Documents.AssertSame(
            operations.Select(operation => Parameter().Replace(operation.Route, "{}")).Concat(Undescribed),
            ReadCalls().Distinct(StringComparer.Ordinal));
    }

    private static IEnumerable<string> ReadCalls() =>
        from line in File.ReadLines(Path.Combine(Documents.Root, "Btec.Api", "Btec.Api.http"))
        let request = Request().Match(line)
        where request.Success
        select $"{request.Groups["method"].Value} {Variable().Replace(request.Groups["path"].Value, "{}")}";

    [GeneratedRegex(
        "^(?<method>GET|POST|PUT|PATCH|DELETE) \\{\\{host\\}\\}(?<path>/[^?\\s]*)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Request();

    /// <summary>A variable of the file.</summary>
    [GeneratedRegex("\\{\\{[^}]+\\}\\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    /// <summary>A parameter in a path of the document.</summary>
    [GeneratedRegex("\\{[^}]+\\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}
