namespace Btec.Commands;

/// <summary>Where things lie, from whichever folder the command was called.</summary>
internal static class Repository
{
    public const string Solution = "Btec.sln";
    public const string Api = "Btec.Api";
    public const string AppHost = "Btec.AppHost";
    public const string Bench = "bench/Btec.Bench.csproj";
    public const string Data = "Btec.Data";
    public const string Tests = "Btec.Tests";
    public const string Worker = "Btec.MigrationService";

    public static string Root { get; } =
        AppContext.GetData("EntryPointFileDirectoryPath") as string ?? Directory.GetCurrentDirectory();

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>What <c>dotnet build</c> makes of a project.</summary>
    public static string Assembly(string project) => PathOf(project, "bin", "Debug", "net10.0", $"{project}.dll");
}
