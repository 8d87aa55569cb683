using System.Text;
using Btec.Data.Model;

namespace Btec.Data.Accounts;

/// <summary>The form in which names are searched.</summary>
internal static class SearchText
{
    /// <summary>Returns a text in lower case and NFC, without the joiners that <see cref="ShortText"/> allows: people find a name
    /// however it was typed. A text that grows beyond the longest name is cut.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder();
        var count = 0;
        foreach (var character in TextRules.Compose(TextRules.Compose(text).ToLowerInvariant()).EnumerateRunes())
        {
            if (TextRules.IsJoiner(character))
                continue;

            if (++count > User.FullNameMaxLength)
                break;

            folded.Append(character.ToString());
        }

        return folded.ToString();
    }
}
