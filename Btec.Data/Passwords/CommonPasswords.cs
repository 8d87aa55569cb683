using System.Collections.Frozen;

namespace Btec.Data.Passwords;

/// <summary>The common passwords in <c>common-passwords.txt</c>; its source and licence are in
/// <c>common-passwords.NOTICE.txt</c>.</summary>
public static class CommonPasswords
{
    private const string Resource = "common-passwords.txt";

    private static readonly FrozenSet<string> All = Load();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        All.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The number of common passwords.</summary>
    public static int Count => All.Count;

    /// <summary>Returns whether a password is a common one, in any case. It allocates nothing.</summary>
    public static bool Contains(ReadOnlySpan<char> password) => Lookup.Contains(password);

    private static FrozenSet<string> Load()
    {
        using var content = typeof(CommonPasswords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is missing from the assembly.");
        using var lines = new StreamReader(content);
        var passwords = new List<string>();
        while (lines.ReadLine() is { } line)
            passwords.Add(line);

        return passwords.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }
}
