using Btec.Api.Platform.BearerTokens;
using Btec.Data.Accounts;
using Btec.Data.Passwords;

namespace Btec.Api.Platform.Requests;

/// <summary>The rules of <see cref="EmailAddress"/>, on a member of a request.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidEmailAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings) =>
        EmailAddress.FindFault((string)value) is { } fault ? [fault] : [];
}

/// <summary>The rules of <see cref="NewPasswordRules"/>, on a member of a request.</summary>
/// <param name="owner">Whose e-mail address and name it may not be made of.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidPasswordAttribute(PasswordOwner owner) : MemberRuleAttribute
{
    public PasswordOwner Owner => owner;

    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings)
    {
        ArgumentNullException.ThrowIfNull(surroundings);
        var (email, fullName) = owner switch
        {
            PasswordOwner.Described => (surroundings.FindText("email"), surroundings.FindText("full_name")),
            PasswordOwner.Caller when surroundings.Context.Features.Get<CurrentUser>() is { User: { } caller } => (caller.Email, caller.FullName),
            _ => (null, null),
        };
        return NewPasswordRules.FindFaults((string)value, email, fullName);
    }
}

/// <summary>Who will have a new password.</summary>
public enum PasswordOwner
{
    /// <summary>The user whom the same request describes, by its members email and full_name.</summary>
    Described,

    /// <summary>The user whose request it is.</summary>
    Caller,

    /// <summary>Somebody whom the request does not tell: whoever learns it checks again.</summary>
    Unknown,
}

/// <summary>The rules of <see cref="FullName"/>, on a member of a request.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidFullNameAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings) =>
        FullName.FindFault((string)value) is { } fault ? [fault] : [];
}
