using Btec.Data.Keys;

namespace Btec.MigrationService;

/// <summary>The settings under <c>FirstSuperuser</c>.</summary>
internal sealed class FirstSuperuserOptions
{
    public const string SectionName = "FirstSuperuser";

    /// <summary>The e-mail address. Without one, no superuser is created.</summary>
    public string? Email { get; set; }

    /// <summary>The password. Without one, the superuser is mailed a link to set it.</summary>
    public Secret? Password { get; set; }

    /// <summary>Gets a value indicating whether the superuser is mailed a link to set the password.</summary>
    public bool IsInvited => Password is null && !string.IsNullOrWhiteSpace(Email);

    public static FirstSuperuserOptions From(IConfiguration configuration) =>
        configuration.GetSection(SectionName).Get<FirstSuperuserOptions>() ?? new FirstSuperuserOptions();
}
