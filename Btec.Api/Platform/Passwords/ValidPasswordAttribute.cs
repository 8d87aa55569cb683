using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;
using Btec.Data.Passwords;

namespace Btec.Api.Platform.Passwords;

/// <summary>Applies the rules of <see cref="NewPasswordRules"/> to a member of a request.</summary>
/// <param name="owner">The user whose address and name the password must not be based on.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidPasswordAttribute(PasswordOwner owner) : MemberRuleAttribute
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
        var site = surroundings.Context.RequestServices.GetRequiredService<SiteWords>();
        return NewPasswordRules.FindFaults(((Secret)value).Reveal(), email, fullName, site);
    }
}
