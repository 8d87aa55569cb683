using Aspire.Hosting.ApplicationModel;
using Btec.Hosting;
using Btec.Hosting.Commands;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Configures a BTEC Backend of an AppHost.</summary>
public static class BtecResourceExtensions
{
    /// <summary>Keeps the data in a PostgreSQL database. If its server is a container and no container runtime answers, the backend of a
    /// development machine keeps an SQLite file instead.</summary>
    /// <param name="builder">The builder of the backend.</param>
    /// <param name="database">The database, such as that of <c>AddPostgres("pg").AddDatabase("authdb")</c>.</param>
    public static IResourceBuilder<IBtecResource> WithReference(
        this IResourceBuilder<IBtecResource> builder, IResourceBuilder<IResourceWithConnectionString> database)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(database);
        var state = builder.GetState();
        if (!state.Run.HasContainers && NeedsContainer(database.Resource))
        {
            var file = SqliteFile.In(state);
            state.Database = file with
            {
                Description = $"{file.Description} instead of {database.Resource.Name}, whose container cannot start",
            };
            return builder;
        }

        state.Database = new BtecDatabase(database.Resource.ConnectionStringExpression, database.Resource.Name);
        state.Migrations.WithReferenceRelationship(database.Resource).WaitFor(database);
        // It may hold what others keep in it.
        state.Migrations.Resource.RemoveResetCommand();
        return builder.WithReferenceRelationship(database.Resource);
    }

    /// <summary>Keeps the SQLite file of containers in a volume, if there is no <c>WithReference</c>. Tools keep theirs in the folder
    /// <c>.btec</c> anyway.</summary>
    /// <param name="builder">The builder of the backend.</param>
    /// <param name="name">The name of the volume, by default one that Aspire makes of the names of the application and the
    /// backend.</param>
    public static IResourceBuilder<IBtecResource> WithDataVolume(this IResourceBuilder<IBtecResource> builder, string? name = null)
    {
        var state = builder.GetState();
        if (state.Run.Image is null)
            return builder;

        var volume = new ContainerMountAnnotation(
            name ?? VolumeNameGenerator.Generate(builder, "data"), SqliteFile.VolumeFolder, ContainerMountType.Volume, isReadOnly: false);
        state.HasVolume = true;
        state.Migrations.WithAnnotation(volume);
        return builder.WithAnnotation(volume);
    }

    /// <summary>Counts attempts in Redis, so that instances share their limits. The backend does not wait for it: without Redis, each
    /// instance counts alone.</summary>
    /// <param name="builder">The builder of the backend.</param>
    /// <param name="redis">The Redis.</param>
    public static IResourceBuilder<IBtecResource> WithRedis(
        this IResourceBuilder<IBtecResource> builder, IResourceBuilder<IResourceWithConnectionString> redis)
    {
        ArgumentNullException.ThrowIfNull(redis);
        return builder
            .WithReferenceRelationship(redis.Resource)
            .WithEnvironment(context => context.EnvironmentVariables["ConnectionStrings__redis"] = redis.Resource.ConnectionStringExpression);
    }

    /// <summary>Publishes events to the exchange <c>btec.events</c> of RabbitMQ. Neither the worker nor the backend waits for it: events wait in
    /// the database.</summary>
    /// <param name="builder">The builder of the backend.</param>
    /// <param name="rabbitMQ">The RabbitMQ.</param>
    public static IResourceBuilder<IBtecResource> WithRabbitMQ(
        this IResourceBuilder<IBtecResource> builder, IResourceBuilder<IResourceWithConnectionString> rabbitMQ)
    {
        ArgumentNullException.ThrowIfNull(rabbitMQ);
        // The worker writes events too, such as that of the user it creates.
        builder.GetState().Migrations.WithReferenceRelationship(rabbitMQ.Resource).WithEnvironment(SetAddress);
        return builder.WithReferenceRelationship(rabbitMQ.Resource).WithEnvironment(SetAddress);

        void SetAddress(EnvironmentCallbackContext context) =>
            context.EnvironmentVariables["ConnectionStrings__rabbitmq"] = rabbitMQ.Resource.ConnectionStringExpression;
    }

    /// <summary>Sends mails to the SMTP server behind an endpoint, without TLS: for a Mailpit or a relay of the same network. Other servers are
    /// set with <c>WithEnvironment("Mail__Host", …)</c>.</summary>
    /// <param name="builder">The builder of the backend.</param>
    /// <param name="smtp">The endpoint.</param>
    public static IResourceBuilder<IBtecResource> WithSmtp(this IResourceBuilder<IBtecResource> builder, EndpointReference smtp)
    {
        ArgumentNullException.ThrowIfNull(smtp);
        return builder
            .WithEnvironment("Mail__Host", smtp.Property(EndpointProperty.Host))
            .WithEnvironment("Mail__Port", smtp.Property(EndpointProperty.Port))
            .WithEnvironment("Mail__Security", "None");
    }

    /// <summary>Catches all mails of a development machine in a Mailpit container, whose page shows them. Where no container runtime answers, and
    /// when the AppHost is published, it changes nothing.</summary>
    /// <param name="builder">The builder of the backend.</param>
    public static IResourceBuilder<IBtecResource> WithMailpit(this IResourceBuilder<IBtecResource> builder) =>
        builder.GetState().Run.HasContainers && builder.ApplicationBuilder.ExecutionContext.IsRunMode
            ? builder.WithSmtp(Mailpit.Add(builder, $"{builder.Resource.Name}-mailpit"))
            : builder;

    /// <summary>Sets who may register: <c>open</c>, <c>verified</c> or <c>closed</c>, as <c>Registration:Mode</c>. The backend
    /// validates it.</summary>
    /// <param name="builder">The builder of the backend.</param>
    /// <param name="mode">The mode.</param>
    public static IResourceBuilder<IBtecResource> WithRegistrationMode(this IResourceBuilder<IBtecResource> builder, string mode) =>
        builder.WithEnvironment("Registration__Mode", mode);

    /// <summary>Names the roles that declared users may have, so that a misspelled one stops the worker.</summary>
    /// <param name="builder">The builder of the backend.</param>
    /// <param name="roles">The names, of a-z, 0-9, _, ., : and -.</param>
    public static IResourceBuilder<IBtecResource> WithRoles(this IResourceBuilder<IBtecResource> builder, params string[] roles)
    {
        builder.GetState().Roles.AddRange(roles);
        return builder;
    }

    /// <summary>Declares a public client, such as a single-page application, which signs people in with the authorization code flow.</summary>
    /// <param name="builder">The builder of the backend.</param>
    /// <param name="id">The id of the client.</param>
    /// <param name="endpoint">The endpoint of the application.</param>
    /// <param name="path">The path of its redirect URI, such as <c>/callback</c>.</param>
    public static IResourceBuilder<IBtecResource> WithClient(
        this IResourceBuilder<IBtecResource> builder, string id, EndpointReference endpoint, string path) =>
        builder.WithClient(id, client => client.RedirectTo(endpoint, path));

    /// <summary>Declares a client. The backend validates it when it starts.</summary>
    /// <param name="builder">The builder of the backend.</param>
    /// <param name="id">The id of the client.</param>
    /// <param name="configure">Describes the client.</param>
    /// <exception cref="DistributedApplicationException">There is already a client with this id.</exception>
    public static IResourceBuilder<IBtecResource> WithClient(
        this IResourceBuilder<IBtecResource> builder, string id, Action<BtecClientDeclaration> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(configure);
        var state = builder.GetState();
        var index = state.Clients.Count;
        if (!state.Clients.Add(id))
            throw new DistributedApplicationException($"{builder.Resource.Name} has two clients with the id {id}.");

        var client = new BtecClientDeclaration(id);
        configure(client);
        return builder.WithEnvironment(context => client.Write($"OAuth__Clients__{index}__", context.EnvironmentVariables));
    }

    /// <summary>Declares a user of Development. Elsewhere it declares nothing. The worker creates the user, sets the roles, and leaves a
    /// password that the user has changed.</summary>
    /// <param name="builder">The builder of the backend.</param>
    /// <param name="email">The e-mail address.</param>
    /// <param name="password">The first password.</param>
    /// <param name="roles">The roles.</param>
    /// <exception cref="DistributedApplicationException">There is already a user with this address.</exception>
    public static IResourceBuilder<IBtecResource> WithUser(
        this IResourceBuilder<IBtecResource> builder, string email, IResourceBuilder<ParameterResource> password, params string[] roles)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(email);
        ArgumentNullException.ThrowIfNull(password);
        ArgumentNullException.ThrowIfNull(roles);
        var application = builder.ApplicationBuilder;
        if (!application.ExecutionContext.IsRunMode || !application.Environment.IsDevelopment())
            return builder;

        var state = builder.GetState();
        var prefix = $"Declared__Users__{state.Users.Count}__";
        if (!state.Users.Add(email))
            throw new DistributedApplicationException($"{builder.Resource.Name} has two users with the address {email}.");

        state.Migrations.WithEnvironment($"{prefix}Email", email).WithEnvironment($"{prefix}Password", password);
        for (var index = 0; index < roles.Length; index++)
            state.Migrations.WithEnvironment($"{prefix}Roles__{index}", roles[index]);

        return builder;
    }

    private static BtecState GetState(this IResourceBuilder<IBtecResource> builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Resource.Annotations.OfType<BtecState>().Single();
    }

    /// <summary>Returns whether a database is, or is part of, a container.</summary>
    private static bool NeedsContainer(IResource resource) =>
        resource.IsContainer() || (resource is IResourceWithParent { Parent: { } parent } && NeedsContainer(parent));
}
