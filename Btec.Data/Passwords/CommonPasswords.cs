using System.Collections.Frozen;

namespace Btec.Data.Passwords;

/// <summary>The common passwords in <c>common-passwords.txt</c>; its source and license are in
/// <c>common-passwords.NOTICE.txt</c>.</summary>
public static class CommonPasswords
{
    private const string Resource = "common-passwords.txt";

    /// <summary>The shortest word that counts, in characters. An estimate; shorter ones occur in any password.</summary>
    private const int MinWordLength = 4;

    private static readonly FrozenSet<string> All = Load();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        All.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The words behind common passwords with digits or punctuation around them, such as dragon in dragon123.</summary>
    private static readonly FrozenSet<string> Words = All.Select(PasswordDisguise.TrimToWord)
        .Where(word => word.Length >= MinWordLength && word.All(char.IsLetter))
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The number of common passwords.</summary>
    public static int Count => All.Count;

    /// <summary>Returns whether a password is a common one, in any case. It allocates nothing.</summary>
    public static bool Contains(ReadOnlySpan<char> password) => Lookup.Contains(password);

    /// <summary>Returns whether a password is a common one, or a common word, with the usual changes: letters replaced by digits or
    /// signs, and digits or punctuation added.</summary>
    public static bool ContainsDisguised(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var withoutSigns = password.Where(character => char.IsAsciiDigit(character) || !PasswordDisguise.IsAddition(character));
        if (Contains(password) || Contains(string.Concat(withoutSigns)))
            return true;

        // A word and a common password after it, as in love12345678.
        var end = password.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1;
        return PasswordDisguise.FindWords(password).Any(IsCommon)
            || (Contains(password.AsSpan(end)) && PasswordDisguise.FindWords(password[..end]).Any(IsCommon));
    }

    private static bool IsCommon(string word) => word.Length >= MinWordLength && (All.Contains(word) || Words.Contains(word));

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
