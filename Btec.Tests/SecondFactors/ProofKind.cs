namespace Btec.Tests.SecondFactors;

/// <summary>The kinds of input where a second factor is asked for.</summary>
internal enum ProofKind
{
    /// <summary>The code that an authenticator shows.</summary>
    Code,

    /// <summary>The code of an authenticator whose clock is a step ahead.</summary>
    CodeAhead,

    /// <summary>The code of an authenticator whose clock is a step behind.</summary>
    CodeBehind,

    /// <summary>The code of an authenticator whose clock is two steps behind.</summary>
    OldCode,

    /// <summary>A code that no authenticator shows.</summary>
    WrongCode,

    /// <summary>Any recovery code ever shown.</summary>
    RecoveryCode,
    WrongRecoveryCode,
}
