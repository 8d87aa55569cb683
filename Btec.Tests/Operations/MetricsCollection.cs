namespace Btec.Tests.Operations;

/// <summary>The tests that read the same metrics. No others run beside them, because all APIs of a process count in the same ones.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MetricsCollection : ICollectionFixture<EmittedMetrics>
{
    public const string Name = "Metrics";
}
