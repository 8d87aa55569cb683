using Btec.Data.Accounts;
using Btec.Data.Model;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>A person as a provider describes them.</summary>
/// <param name="Issuer">The issuer.</param>
/// <param name="Subject">The id of the person at the issuer.</param>
/// <param name="Email">The address in its canonical form, if there is one that can be used.</param>
/// <param name="IsEmailVerified"><see langword="true"/> if the provider has verified the address and is trusted to.</param>
/// <param name="FullName">The name, if there is one that can be used.</param>
internal sealed record ExternalPerson(string Issuer, string Subject, string? Email, bool IsEmailVerified, string? FullName)
{
    /// <summary>Describes a person. What cannot be used here is left out: a login must not fail for the name of its user.</summary>
    /// <returns>The person, or <see langword="null"/> if the subject is not one (OpenID Connect Core 1.0 section 2).</returns>
    public static ExternalPerson? Describe(string issuer, string? subject, string? email, bool isEmailVerified, string? fullName)
    {
        if (subject is not { Length: > 0 and <= ExternalIdentity.SubjectMaxLength } || !subject.All(char.IsAscii) || subject.Any(char.IsControl))
            return null;

        // The rules are checked again on the canonical form, which is what is stored and compared.
        var address = email is not null && EmailAddress.FindFault(email) is null ? EmailAddress.Normalize(email) : null;
        address = address is not null && EmailAddress.FindFault(address) is null ? address : null;
        var name = ShortText.FindFault(fullName, User.FullNameMaxLength) is null ? ShortText.Normalize(fullName) : null;
        return new ExternalPerson(issuer, subject, address, isEmailVerified && address is not null, name);
    }
}
