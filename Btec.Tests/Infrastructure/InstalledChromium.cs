namespace Btec.Tests.Infrastructure;

/// <summary>The Chromium, or Chrome, of this machine.</summary>
internal static class InstalledChromium
{
    private static readonly string[] Names = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];

    /// <summary>Returns the path of the program. Where it is missing, skips the calling test or, with <c>BTEC_TEST_ALL=1</c>, fails
    /// it.</summary>
    public static string Find()
    {
        var found = FindOrNull();
        if (found is null)
            TestDatabase.SkipOrFail("Chromium is not installed.");

        return found!;
    }

    /// <summary>Returns the path of the program, or <see langword="null"/>.</summary>
    public static string? FindOrNull()
    {
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
