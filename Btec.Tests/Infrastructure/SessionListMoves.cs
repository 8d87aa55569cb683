using System.Text.Json;

namespace Btec.Tests.Infrastructure;

/// <summary>Access to the list of a user's sessions.</summary>
internal static class SessionListMoves
{
    public const string Route = "/api/users/me/sessions";

    /// <summary>Reads all sessions of a user, which are few enough for one page.</summary>
    public static async Task<List<JsonElement>> ListSessionsAsync(this HttpClient client, Tokens tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var page = await client.GetPageAsync($"{Route}?limit=100", tokens.Access);
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next_cursor").ValueKind);
        return [.. page.GetProperty("items").EnumerateArray()];
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
