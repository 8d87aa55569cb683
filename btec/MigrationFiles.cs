namespace Btec.Commands;

/// <summary>The migrations of both databases as they were at one moment.</summary>
internal sealed class MigrationFiles
{
    private readonly Dictionary<string, byte[]> _contents;

    private MigrationFiles(Dictionary<string, byte[]> contents) => _contents = contents;

    public static MigrationFiles Read() => new(Paths().ToDictionary(path => path, File.ReadAllBytes, StringComparer.Ordinal));

    public IEnumerable<string> AddedSince(MigrationFiles before) =>
        _contents.Keys.Except(before._contents.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>Takes back what was added or changed since.</summary>
    public void Restore()
    {
        foreach (var path in Paths().Where(path => !_contents.ContainsKey(path)))
            File.Delete(path);

        foreach (var (path, content) in _contents)
            File.WriteAllBytes(path, content);
    }

    private static string[] Paths() =>
        Directory.GetFiles(Repository.PathOf(Repository.Data, "Migrations"), "*.cs", SearchOption.AllDirectories);
}
