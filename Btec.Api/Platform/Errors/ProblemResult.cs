namespace Btec.Api.Platform.Errors;

/// <summary>An endpoint's answer that is a problem.</summary>
internal sealed class ProblemResult(AuthError error, IReadOnlyDictionary<string, string[]>? errors = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => ProblemWriter.WriteAsync(httpContext, error, errors);
}
