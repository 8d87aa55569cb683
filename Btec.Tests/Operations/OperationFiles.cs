using Btec.Tests.Documentation;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Btec.Tests.Operations;

/// <summary>The files under <c>deploy/</c>.</summary>
internal static class OperationFiles
{
    public const string Rules = "deploy/prometheus/rules.yml";
    public const string RuleTests = "deploy/prometheus/rules_test.yml";

    public static string PathOf(string file) => Path.Combine(Documents.Root, file);

    /// <summary>Reads the first document of a YAML file.</summary>
    public static Dictionary<object, object> ReadYaml(string file)
    {
        using var reader = new StreamReader(PathOf(file));
        return new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(reader)));
    }

    public static IEnumerable<Dictionary<object, object>> ListOf(this Dictionary<object, object> map, string key) =>
        ((List<object>)map[key]).Cast<Dictionary<object, object>>();

    public static Dictionary<object, object> MapOf(this Dictionary<object, object> map, string key) => (Dictionary<object, object>)map[key];

    public static string TextOf(this Dictionary<object, object> map, string key) => (string)map[key];
}
