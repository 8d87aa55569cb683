using System.Globalization;
using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.Requests;

/// <summary>Reads the parameters of a query string by their exact names and collects their faults.</summary>
internal sealed class QueryFields(HttpContext context)
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    /// <summary>Returns an optional parameter. An empty one counts as left out.</summary>
    public string? Find(string name)
    {
        // The framework ignores the case of names.
        var values = context.Request.Query
            .Where(parameter => string.Equals(parameter.Key, name, StringComparison.Ordinal)).SelectMany(parameter => parameter.Value).ToList();
        if (values.Count > 1)
            Refuse(name, "Sent more than once. Send it once.");

        return values.Count == 1 && !string.IsNullOrEmpty(values[0]) ? values[0] : null;
    }

    /// <summary>Returns an optional integer between two inclusive bounds.</summary>
    public int? FindInteger(string name, int least, int most)
    {
        if (Find(name) is not { } text)
            return null;

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;

        Refuse(name, most == int.MaxValue
            ? $"Must be an integer of {least} or more."
            : $"Must be an integer from {least} to {most}.");
        return null;
    }

    /// <summary>Returns an optional boolean.</summary>
    public bool? FindBoolean(string name)
    {
        switch (Find(name))
        {
            case null:
                return null;
            case "true":
                return true;
            case "false":
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
        if (text.Length >= "2026-01-31T09:30:00Z".Length
            && (text.EndsWith('Z') || text[^6] is '+' or '-')
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
}
