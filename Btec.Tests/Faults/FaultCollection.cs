namespace Btec.Tests.Faults;

/// <summary>The tests that load the machine and measure time. They run one after another, so as not to slow each other
/// down.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection
{
    public const string Name = "faults";

    /// <summary>The longest that a request which needs the database may take, and the longest until all is normal after an
    /// outage (docs/contract.md, Protection).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
}
