using Aspire.Hosting.ApplicationModel;
using Btec.Hosting;
using Btec.Hosting.Commands;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Adds the BTEC Backend to an AppHost.</summary>
public static class BtecHostingExtensions
{
    /// <summary>The default port. It is part of the issuer, so it must not change from start to start.</summary>
    public const int DefaultPort = 5080;

    /// <summary>The port of the API inside its container.</summary>
    private const int ContainerPort = 8080;

    private const string Endpoint = "http";

    /// <summary>Adds the API and its migration worker: the container image of <c>Btec:Image</c> if a container runtime answers, otherwise .NET
    /// tools. Without <c>WithReference</c>, tools keep an SQLite file in the folder <c>.btec</c> of the AppHost.</summary>
    /// <param name="builder">The builder of the AppHost.</param>
    /// <param name="name">The name, by which services find the API.</param>
    /// <param name="port">The port on this machine, by default <see cref="DefaultPort"/>.</param>
    /// <returns>A builder that configures the backend.</returns>
    /// <exception cref="DistributedApplicationException">A setting under <c>Btec</c> has an unusable value.</exception>
    public static IResourceBuilder<IBtecResource> AddBtec(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var run = RunChoice.Make(builder);
        var programs = run.Image is null ? BtecPrograms.AddTools(builder, name) : BtecPrograms.AddContainers(builder, name, run.Image);
        var state = new BtecState { Name = name, Run = run, Folder = programs.Folder, Migrations = programs.Migrations };
        var signingKey = builder.AddParameter(
            $"{name}-signing-key", new GenerateParameterDefault { MinLength = 48, Special = false }, secret: true, persist: true);

        programs.Migrations.WithEnvironment(context =>
        {
            DescribeSystem(context, builder, state, signingKey.Resource);
            for (var index = 0; index < state.Roles.Count; index++)
                context.EnvironmentVariables[$"Declared__Roles__{index}"] = state.Roles[index];
        });
        var api = programs.Api
            .WithAnnotation(state)
            .WithEnvironment(context => DescribeSystem(context, builder, state, signingKey.Resource))
            .WithEnvironment("Jwt__Algorithm", "ES256")
            .WithHttpEndpoint(port ?? DefaultPort, run.Image is null ? null : ContainerPort, Endpoint)
            .WithExternalHttpEndpoints()
            .WithHttpHealthCheck("/health")
            .WaitForCompletion(programs.Migrations)
            .WithIconName("ShieldKeyhole")
            .WithBtecLinks(Endpoint);
        programs.Migrations.WithIconName("DatabaseArrowUp").WithParentRelationship(api.Resource);

        if (builder.ExecutionContext.IsRunMode)
            // The address for browsers, which is not that in the network of the containers.
            api.WithEnvironment("PublicUrl", api.GetEndpoint(Endpoint, KnownNetworkIdentifiers.LocalhostNetwork));
        else
            api.WithEnvironment("PublicUrl", builder.AddParameter($"{name}-public-url"));

        if (builder.ExecutionContext.IsRunMode && builder.Environment.IsDevelopment())
            BackendCommands.Add(api, programs, state);

        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            var logger = start.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Btec.Hosting");
            var database = state.Database ?? SqliteFile.In(state);
            BtecLog.Chosen(logger, name, run.Image is null ? "as .NET tools" : "in containers", run.Reason, database.Description);
            return Task.CompletedTask;
        });
        return api;
    }

    /// <summary>Sets what the API and the worker share.</summary>
    private static void DescribeSystem(
        EnvironmentCallbackContext context, IDistributedApplicationBuilder builder, BtecState state, ParameterResource signingKey)
    {
        context.EnvironmentVariables["Jwt__SigningKey"] = signingKey;
        context.EnvironmentVariables["ConnectionStrings__btecdb"] = (state.Database ?? SqliteFile.In(state)).ConnectionString;
        if (builder.ExecutionContext.IsRunMode)
        {
            context.EnvironmentVariables["DOTNET_ENVIRONMENT"] = builder.Environment.EnvironmentName;
            context.EnvironmentVariables["ASPNETCORE_ENVIRONMENT"] = builder.Environment.EnvironmentName;
        }
    }
}
