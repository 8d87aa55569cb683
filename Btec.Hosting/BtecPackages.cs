using System.Reflection;

namespace Btec.Hosting;

/// <summary>The .NET tools that belong to this package.</summary>
internal static class BtecPackages
{
    public const string Api = "Btec.Api";
    public const string Migrations = "Btec.MigrationService";

    /// <summary>The version of this package, which is that of the tools: they are packed from one commit.</summary>
    public static string Version { get; } =
        typeof(BtecPackages).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
