using System.Globalization;

namespace Btec.Tests.Infrastructure;

/// <summary>Sessions and refresh tokens written by SQL, as many as no client could start in a test.</summary>
public static class StoredSessions
{
    /// <summary>Adds living sessions of a user, without tokens. The first one expires in a day.</summary>
    public static Task AddSessionsAsync(this BtecApi api, int userId, int count)
    {
        ArgumentNullException.ThrowIfNull(api);
        var isSqlite = api.DatabaseKind == DatabaseKind.Sqlite;
        var (start, end) = (api.Clock.GetUtcNow().AddDays(-1), api.Clock.GetUtcNow().AddDays(1));
        var id = isSqlite
            ? "upper(printf('%s-%s-4%s-8%s-%s', hex(randomblob(4)), hex(randomblob(2)), substr(hex(randomblob(2)), 2), "
                + "substr(hex(randomblob(2)), 2), hex(randomblob(6))))"
            : "gen_random_uuid()";
        var expiry = isSqlite ? $"{ToSql(api, end)} + n * 10000000" : $"{ToSql(api, end)} + n * interval '1 second'";
        return api.Database.ExecuteAsync(
            $"""
            WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Format(count - 1)})
            INSERT INTO sessions (id, user_id, created_at, last_seen_at, expires_at)
            SELECT {id}, {Format(userId)}, {ToSql(api, start)}, {ToSql(api, start)}, {expiry} FROM numbers
            """);
    }

    /// <summary>Adds used refresh tokens to a session.</summary>
    public static Task AddUsedTokensAsync(this BtecApi api, Guid sessionId, int count)
    {
        ArgumentNullException.ThrowIfNull(api);
        var isSqlite = api.DatabaseKind == DatabaseKind.Sqlite;
        var (hash, id) = isSqlite ? ("randomblob(32)", $"{sessionId}".ToUpperInvariant()) : ($"sha256(('{sessionId}' || n)::bytea)", $"{sessionId}");
        var moment = ToSql(api, api.Clock.GetUtcNow());
        return api.Database.ExecuteAsync(
            $"""
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Format(count)})
            INSERT INTO refresh_tokens (hash, session_id, created_at, expires_at, consumed_at)
            SELECT {hash}, '{id}', {moment}, {moment}, {moment} FROM numbers
            """);
    }

    private static string ToSql(BtecApi api, DateTimeOffset moment) => api.DatabaseKind == DatabaseKind.Sqlite
        ? moment.UtcTicks.ToString(CultureInfo.InvariantCulture)
        : $"'{moment.ToString("O", CultureInfo.InvariantCulture)}'::timestamptz";

    private static string Format(int number) => number.ToString(CultureInfo.InvariantCulture);
}
