namespace Btec.Tests.AuthorizationServer;

/// <summary>One step of a history of clients.</summary>
/// <param name="Pick">The index of a browser, client, code or session, modulo their number, so that any move fits any history.</param>
/// <param name="Time">The duration of a wait.</param>
internal sealed record ClientMove(ClientMoveKind Kind, int Pick, TimeSpan Time)
{
    public override string ToString() => Kind == ClientMoveKind.Wait ? $"{Kind} {Time:c}" : $"{Kind} {Pick}";
}

/// <summary>A step in the history of a user of clients.</summary>
internal enum ClientMoveKind
{
    SignIn,
    SignOut,
    AuthorizeOnline,
    AuthorizeOffline,
    Redeem,
    RedeemAgain,
    Refresh,
    RefreshWithOldToken,
    WithdrawConsent,
    DeleteClient,
    ChangePassword,
    Deactivate,
    Activate,
    Wait,
}
