namespace Btec.Client;

/// <summary>The names of claims in access tokens.</summary>
public static class BtecClaims
{
    /// <summary>The user's id, which is the name of the identity. A token that a client got for itself has none.</summary>
    public const string UserId = "uid";

    /// <summary>The user's roles.</summary>
    public const string Roles = "roles";

    /// <summary>The time at which the user last proved who they are, in seconds since 1970-01-01 UTC.</summary>
    public const string AuthenticationTime = "auth_time";
}
