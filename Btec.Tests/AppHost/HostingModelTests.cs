using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Tests.AppHost;

/// <summary>Tests of the graph of an AppHost on a machine without a container runtime. The files of backends are in a folder of
/// their own.</summary>
public abstract class HostingModelTests : IAsyncDisposable
{
    /// <summary>The arguments by which both programs are containers.</summary>
    protected static readonly string[] InContainers = ["--Btec:RunAs=container", "--Btec:Image=registry.example/btec:1.0.0"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-hosting-");

    protected string Folder => _folder.FullName;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    protected IDistributedApplicationBuilder Create(params string[] args) => DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        Args =
        [
            $"--Btec:Folder={Folder}", "--environment=Development", "--DcpPublisher:DependencyCheckTimeout=1",
            "--ASPIRE_CONTAINER_RUNTIME=no-such-runtime", .. args,
        ],
        DisableDashboard = true,
    });

    protected static IResource Find(IDistributedApplicationBuilder builder, string name) =>
        builder.Resources.Single(resource => resource.Name == name);

    /// <summary>Reads the environment of a resource. Addresses are empty, because they are known only when the system runs.</summary>
    protected static async Task<IReadOnlyDictionary<string, string>> ReadAsync(IResource resource)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in await ReadExpressionsAsync(resource))
        {
            var isAddress = name.Contains("URL", StringComparison.OrdinalIgnoreCase) || name.StartsWith("OTEL", StringComparison.Ordinal);
            texts[name] = isAddress ? "" : value is IValueProvider provider
                ? await provider.GetValueAsync(TestContext.Current.CancellationToken) ?? "" : value.ToString()!;
        }

        return texts;
    }

    /// <summary>Reads the environment of a resource before anything is resolved.</summary>
    protected static async Task<IReadOnlyDictionary<string, object>> ReadExpressionsAsync(IResource resource)
    {
        var variables = new Dictionary<string, object>(StringComparer.Ordinal);
        var context = new EnvironmentCallbackContext(
            new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run), resource, variables,
            TestContext.Current.CancellationToken);
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await callback.Callback(context);

        return variables;
    }
}
