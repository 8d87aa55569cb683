using Btec.Data.Accounts;
using Btec.Data.Passwords;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

internal sealed class DeclaredOptionsValidator(SiteWords site) : IValidateOptions<DeclaredOptions>
{
    public ValidateOptionsResult Validate(string? name, DeclaredOptions options)
    {
        List<string> faults = [.. FindRoleFaults("Declared:Roles", options.Roles)];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < options.Users.Count; index++)
            faults.AddRange(FindUserFaults($"Declared:Users:{index}", options.Users[index], options, seen));

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> FindUserFaults(string path, DeclaredUser user, DeclaredOptions options, HashSet<string> seen)
    {
        if (EmailAddress.FindFault(user.Email) is { } fault)
            yield return $"{path}:Email is not accepted: {fault}";
        else if (!seen.Add(EmailAddress.Normalize(user.Email)))
            yield return $"{path}:Email is that of another declared user.";

        if (user.Password is null)
            yield return $"{path}:Password must be set.";
        else if (NewPasswordRules.FindFaults(user.Password.Reveal(), user.Email, fullName: null, site) is { Count: > 0 } faults)
            yield return $"{path}:Password is not accepted: {string.Join(' ', faults)}";

        foreach (var role in FindRoleFaults($"{path}:Roles", user.Roles))
            yield return role;

        if (user.Roles.Count > RoleNames.MaxCount)
            yield return $"{path}:Roles has more than {RoleNames.MaxCount} entries.";

        for (var index = 0; index < user.Roles.Count; index++)
        {
            if (options.Roles.Count > 0 && !options.Roles.Contains(user.Roles[index]))
                yield return $"{path}:Roles:{index} is not one of Declared:Roles.";
        }
    }

    private static IEnumerable<string> FindRoleFaults(string path, IList<string> roles) =>
        from entry in roles.Select((role, index) => (index, fault: RoleNames.FindFault(role)))
        where entry.fault is not null
        select $"{path}:{entry.index} is not accepted: {entry.fault}";
}
