using System.Text.Json;

namespace Btec.Api.Platform.Requests;

/// <summary>A rule on a member of a request.</summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class MemberRuleAttribute : Attribute
{
    /// <summary>Says what is wrong with a value of the member's type, which is not null: a sentence for its sender for each fault.</summary>
    public abstract IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings);
}

/// <summary>What a rule may look at beside the value: the other members, and whose request it is.</summary>
public sealed class MemberSurroundings(JsonElement body, HttpContext context)
{
    public HttpContext Context => context;

    /// <summary>Another member that is text; <see langword="null"/> if there is none that can be read.</summary>
    public string? FindText(string member)
    {
        try
        {
            return Find(member).Where(element => element.ValueKind == JsonValueKind.String).Select(element => element.GetString()).FirstOrDefault();
        }
        // An escape can name half of a surrogate pair.
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    internal IEnumerable<JsonElement> Find(string member) =>
        body.EnumerateObject().Where(property => property.NameEquals(member)).Select(property => property.Value);
}
