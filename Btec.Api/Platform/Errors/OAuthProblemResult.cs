using System.Diagnostics;

namespace Btec.Api.Platform.Errors;

/// <summary>A result that writes an OAuth error.</summary>
/// <param name="error">The error.</param>
/// <param name="extend">A function that adds the members of this error.</param>
internal sealed class OAuthProblemResult(AuthError error, Func<OAuthProblem, OAuthProblem>? extend = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        httpContext.Response.StatusCode = OAuthErrorCode.StatusOf(error);
        if (httpContext.Response.StatusCode == StatusCodes.Status401Unauthorized)
            WwwAuthenticate.SetClient(httpContext);

        var problem = new OAuthProblem
        {
            Error = OAuthErrorCode.Of(error),
            ErrorDescription = $"{error.Title} {error.Detail}",
            Code = error.Code,
            TraceId = Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier,
        };
        return httpContext.Response.WriteAsJsonAsync(extend?.Invoke(problem) ?? problem, httpContext.RequestAborted);
    }
}
