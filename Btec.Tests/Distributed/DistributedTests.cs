namespace Btec.Tests.Distributed;

/// <summary>The collection of tests that start processes. It runs alone, because timing-sensitive tests and a second system would
/// slow each other down.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class DistributedTests
    : ICollectionFixture<SqliteSystem>, ICollectionFixture<ExternalSystem>, ICollectionFixture<ContainerSystem>
{
    public const string Name = "distributed";
}
