namespace Btec.Api.Platform.Passwords;

/// <summary>The user whose address and name a new password must not be based on.</summary>
internal enum PasswordOwner
{
    /// <summary>The user whom the same request describes, by its members email and full_name. If it changes a user who exists,
    /// <see cref="OwnerPasswordRules"/> checks the password again.</summary>
    Described,

    /// <summary>The caller.</summary>
    Caller,

    /// <summary>A user whom the request does not name. <see cref="OwnerPasswordRules"/> checks the password again once the user is
    /// found.</summary>
    Unknown,
}
