using Btec.Tests.Infrastructure;

namespace Btec.Tests.Documentation;

public sealed class ErrorTableTests(SqliteApi shared)
{
    private const string File = "docs/api.md";

    /// <summary>Errors that belong to no operation: HTTP itself is their cause.</summary>
    private static readonly DescribedError[] Everywhere =
    [
        new("malformed_request", 400, OAuthError: null),
        new("method_not_allowed", 405, OAuthError: null),
        new("request_timeout", 408, OAuthError: null),
        new("uri_too_long", 414, OAuthError: null),
        new("headers_too_large", 431, OAuthError: null),
    ];

    [Fact]
    public async Task The_table_of_errors_has_every_error_with_its_status()
    {
        var errors = (await ReadErrorsAsync()).Where(error => error.OAuthError is null);

        Documents.AssertSame(
            errors.Select(error => $"{error.Code} {error.Status}"),
            ReadErrorRows().Select(row => $"{Documents.ReadCode(row[0])} {row[1]}"));
    }

    [Fact]
    public async Task The_table_of_OAuth_errors_has_every_error_with_its_status_and_word()
    {
        var errors = (await ReadErrorsAsync()).Where(error => error.OAuthError is not null);

        Documents.AssertSame(
            errors.Select(error => $"{error.Code} {error.Status} {error.OAuthError}"),
            ReadOAuthErrorRows().Select(row => $"{Documents.ReadCode(row[0])} {row[1]} {Documents.ReadCode(row[2])}"));
    }

    [Fact]
    public void The_tables_have_every_code_of_the_catalog() => Documents.AssertSame(
        ErrorCatalog.All.Keys,
        ReadErrorRows().Concat(ReadOAuthErrorRows()).Select(row => Documents.ReadCode(row[0])).Distinct(StringComparer.Ordinal));

    private static IReadOnlyList<string[]> ReadErrorRows() => Documents.ReadRows(File, "code", "status", "meaning");

    private static IReadOnlyList<string[]> ReadOAuthErrorRows() =>
        Documents.ReadRows(File, "code", "status", "`error`", "meaning");

    private async Task<IReadOnlyList<DescribedError>> ReadErrorsAsync() =>
    [
        .. (await DescribedOperation.ReadAllAsync(shared.Api.CreateClient()))
            .SelectMany(operation => operation.Errors)
            .Concat(Everywhere)
            .Distinct(),
    ];
}
