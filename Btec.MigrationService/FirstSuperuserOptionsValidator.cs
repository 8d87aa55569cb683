using Btec.Data.Accounts;
using Btec.Data.Passwords;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

internal sealed class FirstSuperuserOptionsValidator(SiteWords site) : IValidateOptions<FirstSuperuserOptions>
{
    public ValidateOptionsResult Validate(string? name, FirstSuperuserOptions options)
    {
        var hasEmail = !string.IsNullOrWhiteSpace(options.Email);
        if (!hasEmail && options.Password is null)
            return ValidateOptionsResult.Success;

        if (!hasEmail)
            return ValidateOptionsResult.Fail("FirstSuperuser:Email must be set, because FirstSuperuser:Password is set.");

        if (EmailAddress.FindFault(options.Email!) is { } emailFault)
            return ValidateOptionsResult.Fail($"FirstSuperuser:Email is not accepted: {emailFault}");

        if (options.Password is null)
            return ValidateOptionsResult.Success;

        var faults = NewPasswordRules.FindFaults(options.Password.Reveal(), options.Email, fullName: null, site);
        return faults.Count > 0
            ? ValidateOptionsResult.Fail($"FirstSuperuser:Password is not accepted: {string.Join(' ', faults)}")
            : ValidateOptionsResult.Success;
    }
}
