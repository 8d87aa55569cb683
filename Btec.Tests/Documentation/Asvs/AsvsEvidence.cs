using System.Reflection;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Documentation.Asvs;

/// <summary>A test, or a class of tests, that shows a requirement.</summary>
/// <param name="Class">The name of the outermost class, and so of its file.</param>
/// <param name="Test">The name of the test; <see langword="null"/> for the whole class.</param>
internal sealed record AsvsEvidence(string Id, string Class, string? Test)
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<AsvsEvidence> FindAll() =>
    [
        .. from type in typeof(AsvsEvidence).Assembly.GetTypes()
           from member in type.GetMethods(Declared).Cast<MemberInfo>().Prepend(type)
           let attribute = member.GetCustomAttribute<AsvsAttribute>(inherit: false)
           where attribute is not null
           from id in attribute.Ids
           select new AsvsEvidence(id, NameOutermost(type), member is MethodInfo ? member.Name : null),
    ];

    /// <summary>Finds the attributes that are on no test.</summary>
    public static IEnumerable<string> FindMisplaced() =>
        from type in typeof(AsvsEvidence).Assembly.GetTypes()
        from member in type.GetMethods(Declared).Cast<MemberInfo>().Prepend(type)
        where member.IsDefined(typeof(AsvsAttribute), inherit: false)
            && !(member is MethodInfo test ? IsTest(test) : type.GetMethods(Declared).Any(IsTest))
        select $"{type.Name}.{member.Name}";

    private static bool IsTest(MethodInfo method) => method.IsDefined(typeof(FactAttribute), inherit: true);

    private static string NameOutermost(Type type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;

        return type.Name;
    }
}
