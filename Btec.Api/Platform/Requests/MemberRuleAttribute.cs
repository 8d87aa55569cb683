using System.Text.Json;

namespace Btec.Api.Platform.Requests;

/// <summary>A rule on a member of a request.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class MemberRuleAttribute : Attribute
{
    /// <summary>Finds the faults of a value, which is of the member's type and not null. Each fault is a sentence for the
    /// sender.</summary>
    public abstract IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings);
}

/// <summary>The context of a rule: the other members of the body, and the request.</summary>
internal sealed class MemberSurroundings(JsonElement body, HttpContext context)
{
    public HttpContext Context => context;

    /// <summary>Returns the text of another member, or <see langword="null"/> if it is missing or is not valid text.</summary>
    public string? FindText(string member)
    {
        try
        {
            return Find(member).Where(element => element.ValueKind == JsonValueKind.String)
                .Select(element => element.GetString()).FirstOrDefault();
        }
        // An escape can encode half of a surrogate pair, which is not valid text.
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    internal IEnumerable<JsonElement> Find(string member) =>
        body.EnumerateObject().Where(property => property.NameEquals(member)).Select(property => property.Value);
}
