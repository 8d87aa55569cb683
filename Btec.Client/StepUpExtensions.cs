using Btec.Client;
using Microsoft.AspNetCore.Authorization;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Asks for recent proofs of identity.</summary>
public static class StepUpExtensions
{
    /// <summary>Requires that the user proved who they are within the given time. Otherwise the answer is 401 with
    /// <c>error="insufficient_user_authentication"</c> and <c>max_age</c> (RFC 9470).</summary>
    /// <param name="builder">The endpoint, or a group.</param>
    /// <param name="maxAge">The greatest age of the proof, in whole seconds.</param>
    public static TBuilder RequireStepUp<TBuilder>(this TBuilder builder, TimeSpan maxAge)
        where TBuilder : IEndpointConventionBuilder => builder.RequireAuthorization(CreatePolicy(maxAge));

    /// <summary>Adds the requirement to a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="maxAge">The greatest age of the proof, in whole seconds.</param>
    public static AuthorizationPolicyBuilder RequireStepUp(this AuthorizationPolicyBuilder policy, TimeSpan maxAge)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAge, TimeSpan.FromSeconds(1));
        return policy.RequireAuthenticatedUser().AddRequirements(new StepUpRequirement(maxAge));
    }

    private static AuthorizationPolicy CreatePolicy(TimeSpan maxAge) => new AuthorizationPolicyBuilder().RequireStepUp(maxAge).Build();
}
