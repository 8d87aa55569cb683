namespace Btec.Data.Schema;

/// <summary>Marks a migration that removes or narrows what a former release used: the contract step of a change
/// (docs/operations/upgrade-and-rollback.md).</summary>
/// <param name="unusedSince">The first release that no longer used it. Older releases cannot run on the schema any more.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ContractStepAttribute(string unusedSince) : Attribute
{
    public string UnusedSince => unusedSince;
}
