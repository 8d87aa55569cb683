using System.Text.Json.Nodes;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>The examples of errors.</summary>
internal static class ErrorExamples
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    /// <summary>Returns the example of an error that is answered as a problem.</summary>
    public static OpenApiExample OfProblem(AuthError error, int status)
    {
        ArgumentNullException.ThrowIfNull(error);
        var value = new JsonObject
        {
            ["type"] = error.Type,
            ["title"] = error.Title,
            ["status"] = status,
            ["detail"] = error.Detail,
            ["code"] = error.Code,
            ["trace_id"] = TraceId,
        };
        AddMembers(value, error);
        return new OpenApiExample { Summary = error.Title, Value = value };
    }

    /// <summary>Returns the example of an error that is answered in OAuth's form.</summary>
    public static OpenApiExample OfOAuth(AuthError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var value = new JsonObject
        {
            ["error"] = OAuthErrorCode.Of(error),
            ["error_description"] = $"{error.Title} {error.Detail}",
            ["code"] = error.Code,
            ["trace_id"] = TraceId,
        };
        AddMembers(value, error);
        return new OpenApiExample { Summary = error.Title, Value = value };
    }

    /// <summary>Adds the members that only some errors have.</summary>
    private static void AddMembers(JsonObject value, AuthError error)
    {
        if (error == AuthError.ValidationFailed)
        {
            value["errors"] = new JsonObject { ["email"] = new JsonArray(EmailAddress.FindFault("ada.example.com")) };
        }
        else if (error == AuthError.StepUpRequired)
        {
            value["max_age"] = (int)new StepUpOptions().MaxAge.TotalSeconds;
            value["acr_values"] = StepUpRule.TwoFactors;
        }
        else if (error == AuthError.MfaRequired)
        {
            value["mfa_token"] = "mQ2b7Zt0c4KpXh1sVd9rYf3eLw8uJ6oNgAiT5yCkHxE";
            value["methods"] = new JsonArray("totp", "recovery_code", "passkey");
            value["expires_in"] = 300;
        }
    }
}
