using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Btec.Hosting;

/// <summary>The two programs of a backend.</summary>
/// <param name="Api">The API.</param>
/// <param name="Migrations">The worker, which ends before the API starts.</param>
/// <param name="Folder">The folder of their files during development.</param>
/// <param name="StartWorker">Creates the start of the worker with an option, or is <see langword="null"/> if the worker runs only in the
/// network of the containers.</param>
internal sealed record BtecPrograms(
    IResourceBuilder<IBtecResource> Api, IResourceBuilder<IBtecWorker> Migrations, string Folder, Func<string, ProcessStartInfo>? StartWorker)
{
    /// <summary>The setting of the only folder or feed that serves the tools. By default the feeds of NuGet do.</summary>
    private const string SourceSetting = "Btec:ToolSource";

    /// <summary>The setting of the version of the tools. By default it is that of this package.</summary>
    private const string VersionSetting = "Btec:ToolVersion";

    /// <summary>The setting of the folder of the files during development.</summary>
    private const string FolderSetting = "Btec:Folder";

    public static BtecPrograms AddTools(IDistributedApplicationBuilder builder, string name)
    {
        var folder = CreateFolder(builder, name);
        var worker = AddTool(builder, new WorkerToolResource(NameWorker(name)), folder);
        var api = AddTool(builder, new BtecToolResource(name), folder);
        api.WithEnvironment(context => context.EnvironmentVariables["ASPNETCORE_URLS"] = ReferenceExpression.Create(
            $"http://localhost:{api.GetEndpoint("http").Property(EndpointProperty.TargetPort)}"));
        return new BtecPrograms(api, worker, folder, option => ToolStart.Create(worker.Resource, folder, option));
    }

    public static BtecPrograms AddContainers(IDistributedApplicationBuilder builder, string name, string image)
    {
        var worker = builder.AddResource(new WorkerContainerResource(NameWorker(name)))
            .WithImage(image)
            .WithArgs("dotnet", "Btec.MigrationService.dll")
            .WithOtlpExporter();
        var api = builder.AddResource(new BtecContainerResource(name)).WithImage(image).WithOtlpExporter();
        if (builder.ExecutionContext.IsRunMode && builder.Environment.IsDevelopment())
            // The folder of the programs is not writable. The command "Show last mails" shows what is written here.
            api.WithEnvironment("Mail__PickupFolder", "/tmp/mails");

        return new BtecPrograms(api, worker, "", StartWorker: null);
    }

    private static string NameWorker(string name) => $"{name}-migrations";

    private static IResourceBuilder<T> AddTool<T>(IDistributedApplicationBuilder builder, T resource, string folder)
        where T : DotnetToolResource
    {
        var tool = builder.AddDotnetTool(resource)
            .WithToolVersion(builder.Configuration[VersionSetting] is { Length: > 0 } version ? version : BtecPackages.Version)
            // Not that of the AppHost, whose appsettings.json is not for the tools.
            .WithWorkingDirectory(folder)
            .WithOtlpExporter();
        if (builder.Configuration[SourceSetting] is { Length: > 0 } source)
            tool.WithToolSource(Path.Exists(source) ? Path.GetFullPath(source) : source).WithToolIgnoreExistingFeeds();

        return tool;
    }

    /// <summary>Creates the folder, and keeps it out of the repository of the AppHost.</summary>
    private static string CreateFolder(IDistributedApplicationBuilder builder, string name)
    {
        var root = Path.GetFullPath(builder.Configuration[FolderSetting] is { Length: > 0 } set ? set : ".btec", builder.AppHostDirectory);
        var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        File.WriteAllText(Path.Combine(root, ".gitignore"), "*\n");
        return folder;
    }
}
