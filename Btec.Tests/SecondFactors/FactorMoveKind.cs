namespace Btec.Tests.SecondFactors;

internal enum FactorMoveKind
{
    /// <summary>A login with the password alone.</summary>
    LogIn,

    /// <summary>A login with the password and a code.</summary>
    LogInWithCode,

    /// <summary>A login with a wrong password and a code.</summary>
    GuessPassword,

    /// <summary>An answer to a login that waits for its second factor.</summary>
    Answer,

    /// <summary>A step-up, in any session.</summary>
    StepUp,
    StepUpWithPassword,
    GuessPasswordAtStepUp,
    AddAuthenticator,
    ConfirmAuthenticator,
    RemoveAuthenticator,
    CreateRecoveryCodes,
    ListFactors,
    Refresh,
    ChangePassword,

    /// <summary>A reset of the password by mail.</summary>
    Reset,
    SuperuserRemovesFactors,

    /// <summary>A superuser changes the address, so that it is not confirmed.</summary>
    SuperuserMoves,
    Wait,
}
