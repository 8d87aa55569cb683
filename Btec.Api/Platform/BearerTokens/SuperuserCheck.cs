using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Looks again, in the transaction of a change, whether its actor may make it. A request can be on the way for a minute, in
/// which a superuser may have been demoted or deactivated, or a session ended because it was stolen.</summary>
internal sealed class SuperuserCheck(UserLocks locks)
{
    /// <summary>Returns why the actor may not act as a superuser any more, or <see langword="null"/>.</summary>
    public async Task<AuthError?> FindRefusalAsync(Actor actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var user = await locks.FindForSessionAsync(actor.UserId, actor.SessionId, cancellationToken);
        return user is null ? AuthError.TokenInvalid : user.IsSuperuser ? null : AuthError.Forbidden;
    }
}
