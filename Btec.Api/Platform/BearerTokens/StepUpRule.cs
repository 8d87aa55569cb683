using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The step-up authentication of routes that change how an account is protected (RFC 9470): their caller must have proved a
/// short time ago who they are, with two factors if they have a second one. A stolen session alone is not enough.</summary>
internal sealed class StepUpRule(IOptions<StepUpOptions> options, TimeProvider clock)
{
    /// <summary>The <c>acr_values</c> that satisfy a user who has a second factor.</summary>
    public const string TwoFactors = $"{AuthenticationMethods.TwoFactors} {AuthenticationMethods.PhishingResistant}";

    /// <summary>Returns whether the caller's proof is recent, and strong enough.</summary>
    public bool IsMetBy(CurrentUser caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return IsMetBy(caller.User, caller.AuthTime, caller.Amr);
    }

    /// <summary>Returns whether a user's proof is recent, and strong enough.</summary>
    /// <param name="user">The user.</param>
    /// <param name="authTime">The time of the proof. Another instance may have a clock that is ahead, but no proof is from the future:
    /// after a clock was set back, it would stay recent for as long.</param>
    /// <param name="amr">The methods of the proof; see <see cref="AuthenticationMethods"/>.</param>
    public bool IsMetBy(User user, DateTimeOffset authTime, string amr)
    {
        ArgumentNullException.ThrowIfNull(user);
        var age = clock.GetStoredNow() - authTime;
        return age <= options.Value.MaxAge && age >= -BearerAuthentication.ClockSkew && IsStrongEnough(user, amr);
    }

    /// <summary>Returns whether a user's proof, of whatever age, is of two factors if the user has a second one.</summary>
    public static bool IsStrongEnough(User user, string amr)
    {
        ArgumentNullException.ThrowIfNull(user);
        return !user.HasSecondFactor || AuthenticationMethods.AreTwoFactors(amr);
    }

    /// <summary>Returns whether a caller who proves their password in the same request needs nothing else.</summary>
    public bool IsMetWithPasswordBy(CurrentUser caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return !caller.User.HasSecondFactor || IsMetBy(caller);
    }

    /// <summary>Returns the refusal of a caller who has to step up, or <see langword="null"/> if the caller's proof suffices.</summary>
    public ProblemResult? FindRefusal(CurrentUser caller) => IsMetBy(caller) ? null : Refuse(caller);

    /// <summary>Returns the refusal of a caller who has to step up.</summary>
    public ProblemResult Refuse(CurrentUser caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        // A caller whose proof sufficed at first got a second factor while the request was on the way.
        return Refuse(caller.User.HasSecondFactor || IsMetBy(caller));
    }

    /// <summary>Returns the refusal of a caller who has to step up.</summary>
    /// <param name="hasSecondFactor"><see langword="true"/> if the caller has a second factor.</param>
    public ProblemResult Refuse(bool hasSecondFactor)
    {
        var seconds = (int)options.Value.MaxAge.TotalSeconds;
        var acrValues = hasSecondFactor ? TwoFactors : AuthenticationMethods.OneFactor;
        return new ProblemResult(
            AuthError.StepUpRequired,
            extend: problem => problem with { MaxAge = seconds, AcrValues = acrValues },
            prepare: response => WwwAuthenticate.SetStepUp(response, seconds, acrValues));
    }

    /// <summary>Returns the answer to a caller whose change failed, perhaps because the proof did not suffice any more.</summary>
    public ProblemResult ToProblem(AuthError error, CurrentUser caller) =>
        error == AuthError.StepUpRequired ? Refuse(caller) : error.ToProblem();

    /// <summary>Answers a caller who may not use a route: 401 if a step-up is all that is missing, else 403.</summary>
    internal static Task WriteRefusalAsync(HttpContext context)
    {
        var policies = context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>() ?? [];
        var caller = context.Features.GetRequiredFeature<CurrentUser>();
        var needsSuperuser = policies.Any(policy => policy.Policy == BearerAuthentication.SuperuserPolicy);
        return (!needsSuperuser || caller.User.IsSuperuser) && policies.Any(policy => StepUp.IsPolicy(policy.Policy))
            ? context.RequestServices.GetRequiredService<StepUpRule>().Refuse(caller).ExecuteAsync(context)
            : ProblemWriter.WriteAsync(context, AuthError.Forbidden);
    }
}
