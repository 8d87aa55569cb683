using System.Diagnostics;

namespace Btec.Api.Platform.Errors;

/// <summary>A result that writes an OAuth error.</summary>
internal sealed class OAuthProblemResult(AuthError error) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        httpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
        return httpContext.Response.WriteAsJsonAsync(
            new OAuthProblem
            {
                Error = OAuthErrorCode.Of(error),
                ErrorDescription = $"{error.Title} {error.Detail}",
                Code = error.Code,
                TraceId = Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier,
            },
            httpContext.RequestAborted);
    }
}
