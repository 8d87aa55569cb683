using System.Globalization;
using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.Requests;

/// <summary>Takes parameters out of a query string, by their exact names, and collects what is wrong with them.</summary>
public sealed class QueryFields(HttpContext context)
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    /// <summary>A parameter that may be left out; left empty it counts as left out.</summary>
    public string? Find(string name)
    {
        // The framework compares names without regard to case.
        var values = context.Request.Query
            .Where(parameter => string.Equals(parameter.Key, name, StringComparison.Ordinal)).SelectMany(parameter => parameter.Value).ToList();
        if (values.Count > 1)
            Refuse(name, "This parameter is given more than once.");

        return values.Count == 1 && !string.IsNullOrEmpty(values[0]) ? values[0] : null;
    }

    /// <summary>An integer between two bounds.</summary>
    public int? FindInteger(string name, int least, int most)
    {
        if (Find(name) is not { } text)
            return null;

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;

        Refuse(name, most == int.MaxValue ? $"This parameter is an integer of {least} or more." : $"This parameter is an integer from {least} to {most}.");
        return null;
    }

    /// <summary>true or false.</summary>
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
                Refuse(name, "This parameter is true or false.");
                return null;
        }
    }

    /// <summary>A moment as RFC 3339 has it, with its offset from UTC.</summary>
    public DateTimeOffset? FindMoment(string name)
    {
        if (Find(name) is not { } text)
            return null;

        // A plus sign in a query string is a space to those who decode forms.
        if (text.Length >= "2026-01-31T09:30:00Z".Length
            && (text.EndsWith('Z') || text[^6] is '+' or '-')
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment))
            return moment.ToUniversalTime();

        Refuse(name, "This parameter is a moment, as in 2026-01-31T09:30:00Z.");
        return null;
    }

    public void Refuse(string name, string reason) => _errors.TryAdd(name, [reason]);

    /// <summary>The request, unless something was wrong with it.</summary>
    public TRequest? Accept<TRequest>(TRequest request)
        where TRequest : class =>
        _errors.Count == 0 ? request : context.Refuse<TRequest>(AuthError.ValidationFailed, _errors);
}
