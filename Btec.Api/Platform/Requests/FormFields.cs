namespace Btec.Api.Platform.Requests;

/// <summary>Reads the fields of a form by their exact names and collects their faults.</summary>
/// <remarks>A field without a value counts as left out, and none may be sent twice (RFC 6749 section 3.2).</remarks>
internal sealed class FormFields(IEnumerable<KeyValuePair<string, string>> form)
{
    private readonly ILookup<string, string> _values = form.ToLookup(field => field.Key, field => field.Value, StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    /// <summary>The faults by the name of the field.</summary>
    public IReadOnlyDictionary<string, string[]> Errors => _errors;

    /// <summary>Returns a required field. If it is missing, it adds a fault and returns empty text.</summary>
    public string Require(string name, bool mayBeEmpty = false)
    {
        if (Find(name, mayBeEmpty) is { } value)
            return value;

        _errors.TryAdd(name, ["This field is required."]);
        return "";
    }

    /// <summary>Returns an optional field that allows a single value.</summary>
    public string? Expect(string name, string expected)
    {
        var value = Find(name, mayBeEmpty: false);
        if (value is not null && !string.Equals(value, expected, StringComparison.Ordinal))
            _errors.TryAdd(name, [$"Must be {expected}, or left out."]);

        return value;
    }

    /// <summary>Returns an optional field.</summary>
    public string? Find(string name) => Find(name, mayBeEmpty: false);

    /// <summary>Returns whether a field was sent more than once.</summary>
    public bool IsRepeated(string name) => _values[name].Skip(1).Any();

    private string? Find(string name, bool mayBeEmpty)
    {
        var values = _values[name].Take(2).ToList();
        if (values.Count == 0)
            return null;

        if (values.Count > 1)
        {
            _errors.TryAdd(name, ["Sent more than once. Send it once."]);
            return null;
        }

        return mayBeEmpty || values[0].Length > 0 ? values[0] : null;
    }
}
