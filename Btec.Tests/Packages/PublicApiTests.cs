using System.Reflection;
using Btec.Client;
using Btec.Client.Testing;
using Btec.Hosting;
using Btec.Tests.Documentation;

namespace Btec.Tests.Packages;

/// <summary>The public types and members of the packages, in a file beside each project: a change of it is a change for others.</summary>
public sealed class PublicApiTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static TheoryData<string> Packages => ["Btec.Hosting", "Btec.Client", "Btec.Client.Testing"];

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task The_public_API_is_that_of_its_file(string package)
    {
        var lines = List(package switch
        {
            "Btec.Hosting" => typeof(IBtecResource).Assembly,
            "Btec.Client" => typeof(BtecClientOptions).Assembly,
            _ => typeof(BtecTokens).Assembly,
        });

        var file = Path.Combine(Documents.Root, package, "PublicApi.txt");
        Assert.Equal(await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken), lines);
    }

    private static string[] List(Assembly assembly) =>
    [
        .. (from type in assembly.GetExportedTypes()
            from member in type.GetMembers(Declared)
            where member is not MethodInfo { IsSpecialName: true } && member.Name is not ("Equals" or "GetHashCode" or "<Clone>$")
            select $"{type.FullName}: {member}").Order(StringComparer.Ordinal),
    ];
}
