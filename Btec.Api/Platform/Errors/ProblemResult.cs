namespace Btec.Api.Platform.Errors;

/// <summary>A result that writes a problem.</summary>
/// <param name="error">The error.</param>
/// <param name="errors">The faults of each member.</param>
/// <param name="status">The status, if it is not that of <see cref="ProblemStatus"/>.</param>
/// <param name="extend">A function that adds the members of this error.</param>
/// <param name="prepare">An action that sets the headers of this error.</param>
internal sealed class ProblemResult(
    AuthError error,
    IReadOnlyDictionary<string, string[]>? errors = null,
    int? status = null,
    Func<Problem, Problem>? extend = null,
    Action<HttpResponse>? prepare = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        prepare?.Invoke(httpContext.Response);
        return ProblemWriter.WriteAsync(httpContext, error, status ?? ProblemStatus.Of(error), errors, extend);
    }
}
