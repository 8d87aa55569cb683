using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Client;

/// <summary>Introspects verified tokens if that is configured, and explains refusals as problems (RFC 9457).</summary>
internal sealed class BearerEvents(Introspection introspection, BtecService service) : JwtBearerEvents
{
    private static readonly object s_unavailable = new();

    public override async Task TokenValidated(TokenValidatedContext context)
    {
        if (!introspection.IsEnabled)
        {
            BtecTelemetry.Count("accepted");
            return;
        }

        try
        {
            var answer = await introspection.FindAsync(((JsonWebToken)context.SecurityToken).EncodedToken, context.HttpContext.RequestAborted);
            BtecTelemetry.Count(answer is null ? "revoked" : "accepted");
            if (answer is null)
                context.Fail("The token is not active.");
            else
                ReplaceRoles((ClaimsIdentity)context.Principal!.Identity!, answer.Roles ?? []);
        }
        catch (Exception exception) when (exception is HttpRequestException or InvalidOperationException
            || (exception is OperationCanceledException && !context.HttpContext.RequestAborted.IsCancellationRequested))
        {
            // Nobody knows whether the token was revoked.
            BtecTelemetry.Count("unknown");
            context.HttpContext.Items[s_unavailable] = "introspection_unavailable";
            context.Fail(exception);
        }
    }

    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        var isUnknown = service.IsUnreachable && MayBeRight(context.Exception);
        if (isUnknown)
            context.HttpContext.Items[s_unavailable] = "keys_unavailable";

        BtecTelemetry.Count(isUnknown ? "unknown" : "rejected");
        return Task.CompletedTask;
    }

    public override Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        if (context.HttpContext.Items.TryGetValue(s_unavailable, out var code))
        {
            context.Response.Headers.RetryAfter = BtecService.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            return BearerProblem.WriteAsync(
                context.HttpContext, StatusCodes.Status503ServiceUnavailable, (string)code!,
                "The access token cannot be checked now. Try again in some seconds.");
        }

        var hasFailed = context.AuthenticateFailure is not null;
        context.Response.Headers.WWWAuthenticate = hasFailed ? "Bearer error=\"invalid_token\"" : "Bearer";
        return BearerProblem.WriteAsync(
            context.HttpContext, StatusCodes.Status401Unauthorized, hasFailed ? "token_invalid" : "token_missing",
            hasFailed ? "The access token is expired, revoked or not for this service. Get another one." : "Send an access token.");
    }

    public override Task Forbidden(ForbiddenContext context) => BearerProblem.WriteAsync(
        context.HttpContext, StatusCodes.Status403Forbidden, "forbidden", "You may not do this.");

    /// <summary>Returns whether a token was refused for want of a key that the backend may have, or of the issuer and all keys.</summary>
    private bool MayBeRight(Exception exception) => exception is SecurityTokenSignatureKeyNotFoundException
        || (!service.WasReached && exception is (SecurityTokenInvalidSignatureException or SecurityTokenInvalidIssuerException));

    /// <summary>Takes the roles as they are now, not as they were when the token was issued.</summary>
    private static void ReplaceRoles(ClaimsIdentity identity, IReadOnlyList<string> roles)
    {
        foreach (var claim in identity.FindAll(BtecClaims.Roles).ToList())
            identity.RemoveClaim(claim);

        identity.AddClaims(roles.Select(role => new Claim(BtecClaims.Roles, role)));
    }
}
