using System.Diagnostics;

namespace Btec.AppHost.Commands;

/// <summary>The command line that starts a project which the AppHost has already built.</summary>
internal sealed class ProjectStart(string projectPath)
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    public ProcessStartInfo WithArguments(params string[] arguments) => new(
        "dotnet",
        ["run", "--project", projectPath, "--configuration", Configuration, "--no-build", "--no-launch-profile", "--", .. arguments]);
}
