namespace Btec.Commands;

/// <summary>The environment variables that differ for a child; null takes one away.</summary>
internal sealed record ChildEnvironment(IReadOnlyDictionary<string, string?> Variables)
{
    /// <summary>No build node may stay behind: it would outlive the command and, on Windows, hold its output open.</summary>
    public static ChildEnvironment Default { get; } = new(new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["MSBUILDDISABLENODEREUSE"] = "1",
    });

    public ChildEnvironment With(string name, string? value) =>
        new(new Dictionary<string, string?>(Variables, StringComparer.Ordinal) { [name] = value });
}
