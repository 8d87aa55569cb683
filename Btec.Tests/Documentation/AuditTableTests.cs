using System.Reflection;
using Btec.Data.Audit;

namespace Btec.Tests.Documentation;

public sealed class AuditTableTests
{
    [Fact]
    public void The_table_has_every_type_of_event()
    {
        var types = typeof(AuditTypes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!);

        Documents.AssertSame(
            types,
            Documents.ReadRows("docs/audit.md", "type", "recorded when").Select(row => Documents.ReadCode(row[0])));
    }
}
