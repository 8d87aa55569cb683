namespace Btec.Tests.Faults;

/// <summary>Each test makes the machine busy and watches the time: two at once would make each other late.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultTests
{
    public const string Name = "faults";

    /// <summary>Within this whoever needs the database is answered, and all is normal again once it is back (section 5 of the
    /// contract).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
}
