using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Btec.Tests.AppHost;

/// <summary>The graph as the AppHost's program built it out of its command line; nothing in it is started.</summary>
internal sealed class AppHostModel : IAsyncDisposable
{
    private readonly IDistributedApplicationTestingBuilder _builder;

    private AppHostModel(IDistributedApplicationTestingBuilder builder) => _builder = builder;

    public IEnumerable<string> Names => _builder.Resources.Select(resource => resource.Name);

    public IResource this[string name] => _builder.Resources.Single(resource => resource.Name == name);

    public static async Task<AppHostModel> ReadAsync(params string[] args)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Btec_AppHost>(
            args, TestContext.Current.CancellationToken);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        return new AppHostModel(builder);
    }

    public IEnumerable<T> All<T>(string name)
        where T : IResourceAnnotation => this[name].Annotations.OfType<T>();

    public T Only<T>(string name)
        where T : IResourceAnnotation => Assert.Single(All<T>(name));

    public bool Has<T>(string name)
        where T : IResourceAnnotation => All<T>(name).Any();

    /// <summary>The environment as the manifest would show it: with expressions where values come from elsewhere.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadEnvironmentAsync(string name)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(this[name]).WithEnvironmentVariablesConfig().BuildAsync(
            new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish),
            NullLogger.Instance,
            TestContext.Current.CancellationToken);
        return configuration.EnvironmentVariables.ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The links that the dashboard shows for a resource, by their texts.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadNamedUrlsAsync(string name)
    {
        var context = new ResourceUrlsCallbackContext(_builder.ExecutionContext, this[name], [], TestContext.Current.CancellationToken);
        foreach (var callback in All<ResourceUrlsCallbackAnnotation>(name))
            await callback.Callback(context);

        return context.Urls.Where(url => url.DisplayText is not null).ToDictionary(url => url.DisplayText!, url => url.Url, StringComparer.Ordinal);
    }

    public ValueTask DisposeAsync() => _builder.DisposeAsync();
}
