using System.Net;
using System.Text.Json;

namespace Btec.Tests.Infrastructure;

/// <summary>Access to the list of a user's sessions.</summary>
internal static class SessionListMoves
{
    public const string Route = "/api/users/me/sessions";

    public static async Task<List<JsonElement>> ListSessionsAsync(this HttpClient client, Tokens tokens)
    {
        using var response = await client.GetAsync(Route, tokens.Access);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await response.ReadJsonAsync()).EnumerateArray()];
    }

    public static DateTimeOffset ToMinute(DateTimeOffset moment) => moment.AddTicks(-(moment.UtcTicks % TimeSpan.TicksPerMinute));

    public static List<string?> IdsOf(IEnumerable<JsonElement> sessions) => TextsOf(sessions, "id");

    public static List<string?> TextsOf(IEnumerable<JsonElement> sessions, string member) =>
        [.. sessions.Select(session => session.GetProperty(member).GetString())];

    /// <summary>Checks a time to the microsecond, which is what PostgreSQL stores.</summary>
    public static void AssertTime(DateTimeOffset expected, JsonElement session, string member)
    {
        var shown = session.GetProperty(member).GetDateTimeOffset();
        Assert.Equal(TimeSpan.Zero, shown.Offset);
        Assert.Equal(expected, shown, TimeSpan.FromMicroseconds(1));
    }
}
