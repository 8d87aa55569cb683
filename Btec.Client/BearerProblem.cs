using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Btec.Client;

/// <summary>A refusal as problem+json (RFC 9457).</summary>
internal static class BearerProblem
{
    public static Task WriteAsync(HttpContext context, int status, string code, string title, int? maxAge = null)
    {
        var problem = new ProblemDetails { Type = $"urn:btec:problem:{code}", Status = status, Title = title };
        problem.Extensions["code"] = code;
        if (maxAge is not null)
            problem.Extensions["max_age"] = maxAge;

        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(
            problem, options: null, contentType: "application/problem+json", cancellationToken: context.RequestAborted);
    }
}
