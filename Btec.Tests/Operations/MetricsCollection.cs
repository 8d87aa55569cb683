namespace Btec.Tests.Operations;

/// <summary>The tests that read the same metrics.</summary>
[CollectionDefinition(Name)]
public sealed class MetricsCollection : ICollectionFixture<EmittedMetrics>
{
    public const string Name = "Metrics";
}
