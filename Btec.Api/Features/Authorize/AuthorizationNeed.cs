namespace Btec.Api.Features.Authorize;

/// <summary>The step that an authorization request waits for.</summary>
internal enum AuthorizationNeed
{
    /// <summary>Nothing: the client can get its code.</summary>
    Nothing,

    /// <summary>The user must sign in, perhaps again.</summary>
    SignIn,

    /// <summary>The user must consent.</summary>
    Consent,
}
