using System.Diagnostics;

namespace Btec.AppHost;

/// <summary>How to start, once and by hand, a project that the AppHost has built already.</summary>
internal sealed class ProjectStart(string projectPath)
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    public ProcessStartInfo WithArguments(params string[] arguments) =>
        new("dotnet", ["run", "--project", projectPath, "--configuration", Configuration, "--no-build", "--no-launch-profile", "--", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
}
