namespace Btec.Tests.Sessions;

internal enum MoveKind
{
    LogIn,

    /// <summary>The owner exchanges their token.</summary>
    Refresh,

    /// <summary>The owner exchanges their token, but the response is lost.</summary>
    LoseAnswer,

    /// <summary>A slower tab of the owner exchanges the token before the current one.</summary>
    SecondTab,

    /// <summary>Somebody exchanges any token ever issued.</summary>
    Replay,

    /// <summary>A thief copies the owner's token.</summary>
    Copy,

    /// <summary>The thief exchanges their copy.</summary>
    RefreshAsThief,
    Wait,

    /// <summary>A wait until a deadline, or just before or after it.</summary>
    WaitForDeadline,

    /// <summary>A call of users/me with any access token ever issued.</summary>
    Call,

    /// <summary>A call of users/me with the newest access token.</summary>
    CallWithNewest,

    /// <summary>A step-up by password, with any access token ever issued.</summary>
    StepUp,
    LogOut,
    LogOutOthers,
    LogOutEverywhere,
    RevokeByRefreshToken,
    RevokeByAccessToken,
    Deactivate,
    Activate,
}
