using System.Globalization;
using System.Text.Json;

namespace Btec.MigrationService.Import;

/// <summary>The members of a JSON object. The first fault is kept; <see langword="null"/> counts as absent, as in exports of
/// databases.</summary>
internal sealed class ImportMembers
{
    private static readonly HashSet<string> s_names = new(StringComparer.Ordinal)
    {
        "email", "password_hash", "full_name", "is_active", "is_superuser", "email_verified", "roles", "created_at",
    };

    /// <summary>The forms of RFC 3339 section 5.6, which name the offset.</summary>
    private static readonly string[] s_times =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    private readonly JsonElement _object;

    public ImportMembers(JsonElement members)
    {
        _object = members;
        // A member that is misspelt would be lost in silence.
        if (members.EnumerateObject().Any(member => !s_names.Contains(member.Name)))
            Refuse(field: null, $"The line has a member that is none of: {string.Join(", ", s_names)}.");
    }

    public ImportFault? Fault { get; private set; }

    public void Refuse(string? field, string reason) => Fault ??= new ImportFault(field, reason);

    public string? ReadText(string name, Func<string, string?>? findFault = null)
    {
        if (Find(name) is not { } value)
            return null;

        if (value.ValueKind != JsonValueKind.String)
        {
            Refuse(name, "Must be a text.");
            return null;
        }

        var text = value.GetString()!;
        if (findFault?.Invoke(text) is { } fault)
            Refuse(name, fault);

        return text;
    }

    public bool ReadFlag(string name, bool absent, Func<bool, string?>? findFault = null)
    {
        if (Find(name) is not { } value)
            return absent;

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Refuse(name, "Must be true or false.");
            return absent;
        }

        var flag = value.GetBoolean();
        if (findFault?.Invoke(flag) is { } fault)
            Refuse(name, fault);

        return flag;
    }

    public IReadOnlyList<string> ReadTexts(string name, Func<IReadOnlyList<string>, string?> findFault)
    {
        if (Find(name) is not { } value)
            return [];

        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(entry => entry.ValueKind != JsonValueKind.String))
        {
            Refuse(name, "Must be an array of texts.");
            return [];
        }

        string[] texts = [.. value.EnumerateArray().Select(entry => entry.GetString()!)];
        if (findFault(texts) is { } fault)
            Refuse(name, fault);

        return texts;
    }

    /// <summary>Reads a time, in UTC and in the precision of both databases.</summary>
    public DateTimeOffset? ReadTime(string name, Func<DateTimeOffset, string?> findFault)
    {
        if (ReadText(name) is not { } text)
            return null;

        if (!DateTimeOffset.TryParseExact(
            text, s_times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            Refuse(name, "Must be a time such as 2024-05-17T09:30:00Z, with its offset.");
            return null;
        }

        if (findFault(time) is { } fault)
            Refuse(name, fault);

        return time.AddTicks(-(time.UtcTicks % TimeSpan.TicksPerMicrosecond));
    }

    private JsonElement? Find(string name) =>
        _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
