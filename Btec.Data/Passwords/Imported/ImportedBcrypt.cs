namespace Btec.Data.Passwords.Imported;

/// <summary>The rules for bcrypt hashes of other systems, which <see cref="BcryptHash"/> verifies as it does its own.</summary>
internal static class ImportedBcrypt
{
    /// <summary>The highest cost (2^14 rounds, about a second on one core). Nobody at the old system waited longer for a login.</summary>
    private const int MaxWorkFactor = 14;

    public static string? FindFault(string text)
    {
        if (!BcryptHash.IsWellFormed(text))
            return "This is not a hash of bcrypt: $2a$, $2b$ or $2y$, two digits of cost, $ and 53 characters.";

        return BcryptHash.WorkFactorOf(text) > MaxWorkFactor ? $"The hash has a higher cost than {MaxWorkFactor}." : null;
    }
}
