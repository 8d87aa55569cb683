using System.Collections.Frozen;

namespace Btec.Data.Passwords;

/// <summary>The passwords that are tried first, out of <c>common-passwords.txt</c>, whose source and licence lie beside it.</summary>
public static class CommonPasswords
{
    private const string Resource = "common-passwords.txt";

    private static readonly FrozenSet<string> All = Load();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = All.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>How many there are.</summary>
    public static int Count => All.Count;

    /// <summary>Whether a password is one of them, in any case. Allocates nothing.</summary>
    public static bool Contains(ReadOnlySpan<char> password) => Lookup.Contains(password);

    private static FrozenSet<string> Load()
    {
        using var content = typeof(CommonPasswords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not in the assembly.");
        using var lines = new StreamReader(content);
        var passwords = new List<string>();
        while (lines.ReadLine() is { } line)
            passwords.Add(line);

        return passwords.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }
}
