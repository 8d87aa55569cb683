namespace Btec.Api.Platform.Errors;

/// <summary>A result that writes a problem.</summary>
internal sealed class ProblemResult(AuthError error, IReadOnlyDictionary<string, string[]>? errors = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => ProblemWriter.WriteAsync(httpContext, error, errors);
}
