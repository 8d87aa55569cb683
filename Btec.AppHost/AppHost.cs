using Btec.AppHost;
using Btec.AppHost.Commands;
using Btec.AppHost.Databases;
using Btec.Hosting.Commands;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = DistributedApplication.CreateBuilder(args);

var signingKey = builder.AddParameter(
    "jwt-signing-key", new GenerateParameterDefault { MinLength = 48, Special = false }, secret: true, persist: true);

// An external PostgreSQL, one in a container, or an SQLite file.
var choice = await DatabaseChoice.MakeAsync(builder.Configuration, builder.ExecutionContext.IsRunMode);
var database = builder.AddBtecDatabase(choice);

var migrations = builder.AddProject<Projects.Btec_MigrationService>("migrations")
    .WithReference(database)
    // The worker encrypts the mail that invites the first superuser under this key.
    .WithEnvironment("Jwt__SigningKey", signingKey)
    .WithIconName("DatabaseArrowUp")
    .WaitFor(database);

var api = builder.AddProject<Projects.Btec_Api>("api")
    .WithReference(database)
    .WithEnvironment("Jwt__SigningKey", signingKey)
    .WaitForCompletion(migrations)
    .WithConfiguredAlgorithm()
    .WithConfiguredPort()
    .WithConfiguredReplicas()
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    .WithSharedLimits()
    // Proxy:TrustedHops decides how far X-Forwarded-For is trusted.
    .DisableForwardedHeaders()
    .WithOwnAddress()
    .WithPageLinks();

builder.AddEventBroker(migrations, api);

if (builder.ExecutionContext.IsRunMode && choice.Kind == DatabaseKind.Container)
    api.WithMailInbox();

if (builder.ExecutionContext.IsRunMode && builder.Environment.IsDevelopment())
{
    database.WithResetCommand(choice, migrations, api);
    migrations.WithFirstSuperuser().WithRunAgainCommand().WithStatusCommand(database);
    api.WithDevelopmentCommands("development-command-key");
}

await using var app = builder.Build();
AppHostLog.DatabaseChosen(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger<AppHostLog>(), choice.Description, choice.Reason);
await app.RunAsync();
