namespace Btec.Data.Keys;

/// <summary>The rules for the secret, whether it is the current or a previous one.</summary>
internal static class SigningKeyRules
{
    /// <summary>The minimum length of the key, in bytes: an HMAC-SHA-256 key is at least as long as the hash (RFC 7518 section
    /// 3.2).</summary>
    private const int MinBytes = 32;

    /// <summary>The minimum number of distinct bytes; fewer are a pattern. 32 random bytes almost always have 24 or more, 32
    /// random hexadecimal digits 10 or more.</summary>
    private const int MinDifferentBytes = 8;

    /// <summary>Keys from documentation and tutorials, which must not reach production.</summary>
    private static readonly string[] Samples =
    [
        "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
        "a-string-secret-at-least-256-bits-long",
        "change-me",
        "changeme",
        "change-this",
        "change_this",
        "replace-me",
        "example",
        "secret-key",
        "super-secret",
        "supersecret",
        "your-256-bit-secret",
        "your-secret",
        "your_secret",
    ];

    /// <summary>Returns what is wrong with a key, or <see langword="null"/>.</summary>
    /// <param name="setting">The name of its setting.</param>
    /// <param name="mustBeRandom"><see langword="true"/> to refuse a key that can be guessed.</param>
    public static string? FindFault(string setting, Secret key, bool mustBeRandom)
    {
        ArgumentNullException.ThrowIfNull(key);
        var bytes = key.GetBytes();
        if (bytes.Length < MinBytes)
            return $"{setting} has {bytes.Length} bytes. Use at least {MinBytes}.";

        var text = key.Reveal();
        if (bytes.Distinct().Count() < MinDifferentBytes
            || Samples.Any(sample => text.Contains(sample, StringComparison.OrdinalIgnoreCase)))
            return $"{setting} is a sample. Set it to a random secret.";

        if (text.AsSpan().ContainsAny('\r', '\n'))
            return $"{setting} has several lines. Set it to one line.";

        return mustBeRandom && SigningKeyStrength.EstimateBits(text) < SigningKeyStrength.MinBits
            ? $"{setting} can be guessed: it repeats itself, or is made of words or sequences. "
                + "Use a random secret, for example from: openssl rand -base64 32"
            : null;
    }
}
