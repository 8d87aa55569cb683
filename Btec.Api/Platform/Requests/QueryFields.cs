using System.Globalization;
using System.Text.RegularExpressions;
using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.Requests;

/// <summary>Reads the parameters of a query string by their exact names and collects their faults.</summary>
internal sealed partial class QueryFields(HttpContext context)
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    /// <summary>Returns an optional parameter. An empty one counts as left out, and one with a fault too.</summary>
    public string? Find(string name)
    {
        // The framework ignores the case of names.
        var values = context.Request.Query
            .Where(parameter => string.Equals(parameter.Key, name, StringComparison.Ordinal)).SelectMany(parameter => parameter.Value).ToList();
        if (values.Count > 1)
            Refuse(name, "Sent more than once. Send it once.");

        if (values.Count != 1 || values[0] is not { Length: > 0 } value)
            return null;

        // White space around a text that is searched for does not matter.
        if (RequestText.FindFault(value.Trim()) is not { } fault)
            return value;

        Refuse(name, fault);
        return null;
    }

    /// <summary>Returns an optional integer between two inclusive bounds.</summary>
    public int? FindInteger(string name, int least, int most)
    {
        if (Find(name) is not { } text)
            return null;

        if (NonNegativeInteger.Parse(text) is { } value && value >= least && value <= most)
            return value;

        Refuse(name, most == int.MaxValue
            ? $"Must be an integer of {least} or more."
            : $"Must be an integer from {least} to {most}.");
        return null;
    }

    /// <summary>Returns an optional boolean, in any case: Python writes <c>True</c>.</summary>
    public bool? FindBoolean(string name)
    {
        switch (Find(name)?.ToUpperInvariant())
        {
            case null:
                return null;
            case "TRUE":
                return true;
            case "FALSE":
                return false;
            default:
                Refuse(name, "Must be true or false.");
                return null;
        }
    }

    /// <summary>Returns an optional time in the format of RFC 3339, with its offset from UTC.</summary>
    public DateTimeOffset? FindMoment(string name)
    {
        if (Find(name) is not { } text)
            return null;

        // A time without an offset would depend on the server's time zone. An unescaped plus sign arrives as a space, so it
        // is refused.
        if (Moment().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment))
            return moment.ToUniversalTime();

        Refuse(name, "Must be a time with its offset, such as 2026-01-31T09:30:00Z.");
        return null;
    }

    /// <summary>Adds a fault, unless the parameter has one already.</summary>
    public void Refuse(string name, string reason) => _errors.TryAdd(name, [reason]);

    /// <summary>Returns the request if no parameter has a fault. Otherwise it sets a <see cref="RequestFault"/> and returns
    /// <see langword="null"/>.</summary>
    public TRequest? Accept<TRequest>(TRequest request)
        where TRequest : class =>
        _errors.Count == 0 ? request : context.Refuse<TRequest>(AuthError.ValidationFailed, _errors);

    /// <summary>The form of a time: RFC 3339 section 5.6 without leap seconds, which .NET does not know.</summary>
    [GeneratedRegex(
        @"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Moment();
}
