using Btec.Data.Audit;
using Btec.Data.Model;

namespace Btec.Api.Features.Sessions;

/// <summary>The kind of session that a login starts: one with tokens, or one of a browser.</summary>
/// <typeparam name="TSession">What the holder of the session gets.</typeparam>
internal interface ISessionStarter<TSession>
    where TSession : class
{
    /// <summary>The client of the login. A login that waits for its second factor is completed for the same one.</summary>
    string ClientId { get; }

    /// <summary>Starts a session for a user who has proved who they are.</summary>
    /// <param name="user">The user.</param>
    /// <param name="proof">The proof.</param>
    /// <param name="origin">The client that sent the request.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <param name="prove">A check in the transaction, after the user is locked, which can use up a code. It may run again.</param>
    /// <returns>The session, or <see langword="null"/> if the check failed, or if the user has been deleted or deactivated or has another
    /// password, address or second factor meanwhile. The caller must then authenticate the user again.</returns>
    Task<TSession?> StartAsync(
        User user,
        SignInProof proof,
        AuditOrigin origin,
        CancellationToken cancellationToken,
        Func<AuditBatch, CancellationToken, Task<bool>>? prove = null);
}
