using Microsoft.Extensions.Hosting;

namespace Btec.Data;

/// <summary>The folder of the files that the system creates in Development.</summary>
public static class DevelopmentFiles
{
    /// <summary>Returns the folder of the solution, so that the API and the worker share their files wherever they are started;
    /// outside a checkout the content root.</summary>
    public static string Directory(IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        for (var folder = new DirectoryInfo(environment.ContentRootPath); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Btec.sln")))
                return folder.FullName;
        }

        return environment.ContentRootPath;
    }
}
