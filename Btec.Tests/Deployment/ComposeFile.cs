using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Btec.Tests.Deployment;

/// <summary>A parsed file of Docker Compose, with its anchors merged.</summary>
internal sealed partial class ComposeFile
{
    private readonly Dictionary<object, object> _content;

    private ComposeFile(string text)
    {
        Text = text;
        _content = new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(new StringReader(text))));
    }

    public string Text { get; }

    /// <summary>Gets the names of the variables that the file reads.</summary>
    public IEnumerable<string> Variables =>
        VariablePattern.Matches(Text).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal);

    public IEnumerable<string> Services => Find<Dictionary<object, object>>("services").Keys.Cast<string>();

    public static ComposeFile Read() => new(File.ReadAllText(PathOf("compose.yaml")));

    /// <summary>Reads the file that adds to <c>compose.yaml</c> what production needs. Its values that take something away are
    /// empty.</summary>
    public static ComposeFile ReadProduction() =>
        new(File.ReadAllText(PathOf("deploy/compose/production.yaml")).Replace("!reset ", "", StringComparison.Ordinal));

    /// <summary>Returns the variables that <c>.env.example</c> sets.</summary>
    public static IEnumerable<string> ReadExampleVariables() => File.ReadLines(PathOf(".env.example"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('=')[0]);

    /// <summary>Returns the value at a path of keys.</summary>
    public T Find<T>(params string[] path)
    {
        object value = _content;
        foreach (var key in path)
            value = Assert.IsType<Dictionary<object, object>>(value)[key];

        return Assert.IsType<T>(value);
    }

    private static string PathOf(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Btec.sln")))
                return Path.Combine(folder.FullName, file);
        }

        throw new FileNotFoundException("The tests run in a checkout.", file);
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VariablePattern { get; }
}
