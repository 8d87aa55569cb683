namespace Btec.AppHost;

/// <summary>The RabbitMQ that events are published to.</summary>
internal static class EventBroker
{
    /// <summary>The setting: <c>true</c>, or <c>false</c> (default), with which webhooks alone are told of events.</summary>
    private const string Setting = "RabbitMQ";

    private const string Name = "rabbitmq";

    /// <summary>Adds RabbitMQ, with its pages for people, if the setting asks for it. Neither the worker nor the API waits for it: events
    /// wait in the database.</summary>
    /// <exception cref="DistributedApplicationException"><c>RabbitMQ</c> is neither true nor false.</exception>
    public static void AddEventBroker(this IDistributedApplicationBuilder builder, params IResourceBuilder<ProjectResource>[] writers)
    {
        switch (builder.Configuration[Setting])
        {
            case null or "" or "false":
                return;
            case "true":
                var broker = builder.AddRabbitMQ(Name).WithManagementPlugin();
                foreach (var writer in writers)
                    writer.WithReference(broker);
                return;
            case var other:
                throw new DistributedApplicationException($"{Setting} is {other}: use true or false.");
        }
    }
}
