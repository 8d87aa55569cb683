using Btec.Api.Platform.Errors;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The faults of logins at providers that clients read only from their redirect URI: no answer has them as a problem.</summary>
internal static class ExternalFault
{
    public static readonly AuthError ProviderAnswerInvalid = new(
        "provider_answer_invalid", "The answer of the provider is not valid.",
        "Try again. If it happens again, tell the operator of this service.");

    public static readonly AuthError AccessDenied = new(
        "access_denied", "The sign-in was canceled at the provider.", "Sign in again, or in another way.");
}
