namespace Btec.Tests.Infrastructure;

/// <summary>Names the requirements of the OWASP ASVS 5.0 that a test, or every test of a class together, shows to be met. From
/// these attributes docs/asvs.md is generated.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class AsvsAttribute(params string[] ids) : Attribute
{
    public IReadOnlyList<string> Ids => ids;
}
