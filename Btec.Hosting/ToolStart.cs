using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting;

/// <summary>The command line that starts a tool apart from its resource, from the same feed and in the same version.</summary>
internal static class ToolStart
{
    public static ProcessStartInfo Create(IResource tool, string folder, string option)
    {
        var package = tool.Annotations.OfType<DotnetToolAnnotation>().Single();
        var start = new ProcessStartInfo("dotnet", ["tool", "exec", package.PackageId]) { WorkingDirectory = folder };
        foreach (var source in package.Sources)
        {
            start.ArgumentList.Add(package.IgnoreExistingFeeds ? "--source" : "--add-source");
            start.ArgumentList.Add(source);
        }

        foreach (var argument in new[] { "--version", package.Version!, "--yes", "--", option })
            start.ArgumentList.Add(argument);

        return start;
    }
}
