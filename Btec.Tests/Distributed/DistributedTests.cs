namespace Btec.Tests.Distributed;

/// <summary>The tests that share the running systems. They run one after another, beside those of other collections.</summary>
[CollectionDefinition(Name)]
public sealed class DistributedTests
    : ICollectionFixture<SqliteSystem>, ICollectionFixture<ExternalSystem>, ICollectionFixture<ContainerSystem>
{
    public const string Name = "distributed";
}
