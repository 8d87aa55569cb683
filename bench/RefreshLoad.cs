using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text.Json;

namespace Btec.Bench;

/// <summary>The load of refreshes of sessions in turn, each with its last token. Before their first turn, the sessions have the tokens
/// that <c>scripts/growth/refresh-tokens.sql</c> describes.</summary>
internal sealed class RefreshLoad
{
    private const string Path = "/api/auth/token";
    private const int TokenLength = 32;

    /// <summary>The largest number of sessions: more than are refreshed in the measurement, so that each is on other pages.</summary>
    private const int MaxSessions = 20_000;

    private readonly string[] _tokens;
    private int _next;

    public RefreshLoad(int users)
    {
        var count = Math.Min(users, MaxSessions);
        _tokens = [.. Enumerable.Range(0, count).Select(index => FirstOf(1 + (int)((long)index * users / count)))];
    }

    public Task<LoadResult> RunAsync(ServerProcess server, int connections, int seconds, CancellationToken cancellationToken)
    {
        var first = _next;
        return TimedPosts.RunAsync(
            server,
            Path,
            connections,
            (_, elapsed) => elapsed.TotalSeconds < seconds,
            number => new FormUrlEncodedContent(
            [
                KeyValuePair.Create("grant_type", "refresh_token"),
                KeyValuePair.Create("refresh_token", _tokens[SlotOf(first + number)]),
            ]),
            async (number, answer) =>
            {
                using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
                _tokens[SlotOf(first + number)] = body.RootElement.GetProperty("refresh_token").GetString()!;
                Interlocked.Increment(ref _next);
            },
            cancellationToken);
    }

    private int SlotOf(int number) => number % _tokens.Length;

    private static string FirstOf(int session)
    {
        var token = new byte[TokenLength];
        BinaryPrimitives.WriteInt64BigEndian(token, (4L * session) + (session % 2 == 0 ? 2 : 0));
        return Base64Url.EncodeToString(token);
    }
}
