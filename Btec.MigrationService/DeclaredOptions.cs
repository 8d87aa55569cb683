using Btec.Data.Keys;

namespace Btec.MigrationService;

/// <summary>The settings under <c>Declared</c>: what a system contains because its description says so.</summary>
internal sealed class DeclaredOptions
{
    public const string SectionName = "Declared";

    /// <summary>The roles that declared users may have. Without any, they may have every role.</summary>
    public IList<string> Roles { get; } = [];

    public IList<DeclaredUser> Users { get; } = [];
}

/// <summary>A user that the worker creates.</summary>
internal sealed class DeclaredUser
{
    public string Email { get; set; } = "";

    /// <summary>The first password. One that the user has changed remains.</summary>
    public Secret? Password { get; set; }

    public IList<string> Roles { get; } = [];
}
