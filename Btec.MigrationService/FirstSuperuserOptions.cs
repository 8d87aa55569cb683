using Btec.Data.Accounts;
using Btec.Data.Keys;
using Btec.Data.Passwords;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

internal sealed class FirstSuperuserOptions
{
    public const string SectionName = "FirstSuperuser";

    public string? Email { get; set; }

    /// <summary>Without one, the superuser is mailed a link to set it.</summary>
    public Secret? Password { get; set; }

    /// <summary>Whether the superuser is to set the password.</summary>
    public bool IsInvited => Password is null && !string.IsNullOrWhiteSpace(Email);

    public static FirstSuperuserOptions From(IConfiguration configuration) =>
        configuration.GetSection(SectionName).Get<FirstSuperuserOptions>() ?? new FirstSuperuserOptions();
}

internal sealed class FirstSuperuserOptionsValidator : IValidateOptions<FirstSuperuserOptions>
{
    public ValidateOptionsResult Validate(string? name, FirstSuperuserOptions options)
    {
        var hasEmail = !string.IsNullOrWhiteSpace(options.Email);
        if (!hasEmail && options.Password is null)
            return ValidateOptionsResult.Success;

        if (!hasEmail)
            return ValidateOptionsResult.Fail("FirstSuperuser:Email is not set, but FirstSuperuser:Password is.");

        if (EmailAddress.FindFault(options.Email!) is { } emailFault)
            return ValidateOptionsResult.Fail($"FirstSuperuser:Email is refused: {emailFault}");

        if (options.Password is null)
            return ValidateOptionsResult.Success;

        var faults = NewPasswordRules.FindFaults(options.Password.Reveal(), options.Email, fullName: null);
        return faults.Count > 0
            ? ValidateOptionsResult.Fail($"FirstSuperuser:Password is refused: {string.Join(' ', faults)}")
            : ValidateOptionsResult.Success;
    }
}
