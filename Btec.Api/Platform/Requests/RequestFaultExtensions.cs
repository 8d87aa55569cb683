using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.Requests;

/// <summary>The refusal of requests that cannot be bound.</summary>
internal static class RequestFaultExtensions
{
    /// <summary>Sets the fault of a request and returns <see langword="null"/>. When a parameter binds to null, the framework
    /// sets status 400 without a body, and <see cref="ProblemWriter"/> then answers with the fault.</summary>
    public static TRequest? Refuse<TRequest>(
        this HttpContext context, AuthError error, IReadOnlyDictionary<string, string[]>? errors = null)
        where TRequest : class
    {
        context.Features.Set(new RequestFault(error, errors));
        return null;
    }
}
