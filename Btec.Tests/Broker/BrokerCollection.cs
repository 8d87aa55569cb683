using Btec.Tests.Infrastructure;

namespace Btec.Tests.Broker;

/// <summary>The tests that share one RabbitMQ, which takes seconds to start. They run one after another, because all systems publish to
/// the same exchange.</summary>
[CollectionDefinition(Name)]
public sealed class BrokerCollection : ICollectionFixture<RabbitServer>
{
    public const string Name = "broker";
}
