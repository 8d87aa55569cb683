using Btec.AppHost;
using Microsoft.Extensions.Hosting;

var builder = DistributedApplication.CreateBuilder(args);

var signingKey = builder.AddParameter(
    "jwt-signing-key", new GenerateParameterDefault { MinLength = 48, Special = false }, secret: true, persist: true);

// PostgreSQL in a container, or with --Database sqlite a file, where no container runtime is at hand.
var database = builder.UsesSqlite() ? builder.AddSqliteFile("btecdb") : builder.AddPostgresDatabase("btecdb");

var migrations = builder.AddProject<Projects.Btec_MigrationService>("migrations")
    .WithReference(database)
    // The mail that invites the first superuser is encrypted under it.
    .WithEnvironment("Jwt__SigningKey", signingKey)
    .WaitFor(database);

var api = builder.AddProject<Projects.Btec_Api>("api")
    .WithReference(database)
    .WithEnvironment("Jwt__SigningKey", signingKey)
    .WaitForCompletion(migrations)
    .WithConfiguredPort()
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    // With --Redis true its instances count attempts together.
    .WithSharedLimits()
    // Proxy:TrustedHops decides how far X-Forwarded-For is trusted.
    .DisableForwardedHeaders()
    .WithUrlForEndpoint("http", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
    .WithUrlForEndpoint("http", endpoint => new ResourceUrlAnnotation { Url = "/docs", DisplayText = "API reference", Endpoint = endpoint })
    .WithUrlForEndpoint("http", endpoint => new ResourceUrlAnnotation { Url = "/api/health", DisplayText = "Health", Endpoint = endpoint });

if (builder.ExecutionContext.IsPublishMode)
{
    api.WithMailParameters();
    migrations.WithFirstSuperuserParameter();
}

if (builder.ExecutionContext.IsRunMode && !builder.UsesSqlite())
    api.WithMailInbox();

if (builder.ExecutionContext.IsRunMode && builder.Environment.IsDevelopment())
{
    database.WithResetCommand(migrations, api);
    migrations.WithRunAgainCommand().WithStatusCommand(database);
    api.WithDevelopmentCommands();
}

await builder.Build().RunAsync();
