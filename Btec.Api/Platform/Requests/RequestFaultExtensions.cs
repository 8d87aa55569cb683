using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.Requests;

internal static class RequestFaultExtensions
{
    /// <summary>Leaves the reason for <see cref="ProblemWriter"/>. A parameter that binds to <see langword="null"/> makes the
    /// framework end the request with a bare 400, which is then answered with that reason.</summary>
    public static TRequest? Refuse<TRequest>(
        this HttpContext context, AuthError error, IReadOnlyDictionary<string, string[]>? errors = null)
        where TRequest : class
    {
        context.Features.Set(new RequestFault(error, errors));
        return null;
    }
}
