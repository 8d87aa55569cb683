using Btec.Api.Errors;

namespace Btec.Api.Requests;

/// <summary>Reads a form body, as OAuth 2.0 sends its requests (RFC 6749 appendix B).</summary>
public static class FormBody
{
    /// <summary>Reads the request's form, or leaves a <see cref="RequestFault"/> and returns <see langword="null"/>.</summary>
    public static async ValueTask<IFormCollection?> ReadAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Request.HasFormContentType)
            return context.Refuse<IFormCollection>(AuthError.UnsupportedMediaType);

        try
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return context.Refuse<IFormCollection>(AuthError.MalformedBody);
        }
        catch (BadHttpRequestException exception)
        {
            return context.Refuse<IFormCollection>(AuthError.FromStatus(exception.StatusCode));
        }
    }
}
