using Btec.Tests.Documentation;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Clients;

/// <summary>A copy of clients/typescript, installed and built once per run.</summary>
internal static class TypeScriptPackage
{
    /// <summary>The generated file.</summary>
    public const string Schema = "src/schema.ts";

    private const string Compiler = "node_modules/typescript/bin/tsc";
    private const string Generator = "node_modules/openapi-typescript/bin/cli.js";

    private static readonly Lazy<Task<(string Folder, string? Reason)>> Installed = new(InstallAsync);

    /// <summary>Gets the folder in the repository.</summary>
    public static string Source { get; } = Path.Combine(Documents.Root, "clients/typescript");

    /// <summary>Returns the folder of the copy. Where a registry is missing, skips or fails the calling test.</summary>
    public static async Task<string> GetFolderAsync()
    {
        var (folder, reason) = await Installed.Value;
        if (reason is not null)
            TestDatabase.SkipOrFail(reason);

        return folder;
    }

    /// <summary>Compiles a project of the package. Returns why it failed, or <see langword="null"/>.</summary>
    public static async Task<string?> CompileAsync(string project) =>
        await NodePackages.RunAsync(await GetFolderAsync(), "node", Compiler, "--project", project);

    /// <summary>Generates the types from an OpenAPI document.</summary>
    public static async Task<string> GenerateAsync(string document)
    {
        var folder = Directory.CreateDirectory(Path.Combine(await GetFolderAsync(), "generated")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "openapi.json"), document, TestContext.Current.CancellationToken);
        Assert.Null(await NodePackages.RunAsync(
            Path.GetDirectoryName(folder)!, "node", Generator, "generated/openapi.json", "--output", "generated/schema.ts", "--alphabetize"));
        return await File.ReadAllTextAsync(Path.Combine(folder, "schema.ts"), TestContext.Current.CancellationToken);
    }

    private static async Task<(string Folder, string? Reason)> InstallAsync()
    {
        var folder = Path.Combine(await NodePackages.GetFolderAsync(), "typescript");
        foreach (var path in new[] { "", "src", "test" })
        {
            var to = Directory.CreateDirectory(Path.Combine(folder, path)).FullName;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Source, path)))
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        if (await NodePackages.InstallLockedAsync(folder) is { } reason)
            return (folder, reason);

        Assert.Null(await NodePackages.RunAsync(folder, "node", Compiler));
        return (folder, null);
    }
}
