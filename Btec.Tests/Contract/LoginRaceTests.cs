using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

/// <summary>Logins whose user changes between the check of the password and the start of the session.</summary>
public abstract class LoginRaceTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : LoginRaceTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : LoginRaceTests(shared);

    [Theory]
    // The hash of another password, at the lowest cost.
    [InlineData(
        "hashed_password = '$2b$04$abcdefghijklmnopqrstuuDBFzSFtKBnD0J1YbSvn0N5wSxqKJaTy'",
        HttpStatusCode.Unauthorized, "invalid_credentials")]
    [InlineData("is_active = {false}", HttpStatusCode.Forbidden, "account_inactive")]
    [InlineData("email = 'moved-' || email", HttpStatusCode.Unauthorized, "invalid_credentials")]
    public async Task A_login_fails_if_the_password_the_address_or_the_active_flag_changes_meanwhile(
        string change, HttpStatusCode status, string code)
    {
        var (id, email, _) = await _client.StartAccountAsync();
        await using var connection = await shared.Api.Database.ConnectAsync();
        await connection.ExecuteAsync(shared.Kind == DatabaseKind.Sqlite ? "BEGIN IMMEDIATE" : "BEGIN");
        var falseLiteral = shared.Kind == DatabaseKind.Sqlite ? "0" : "false";
        await connection.ExecuteAsync(
            $"UPDATE users SET {change.Replace("{false}", falseLiteral, StringComparison.Ordinal)} WHERE id = {id}");
        var before = await CountAsync(id);

        var login = _client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        // The password is checked against the committed row; the start of the session waits for the lock.
        await connection.WaitForBlockedAsync();
        Assert.False(login.IsCompleted);
        await connection.ExecuteAsync("COMMIT");

        using var response = await login.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        await response.AssertProblemAsync(status, code);
        Assert.Equal(before, await CountAsync(id));
    }

    [Fact]
    public async Task A_login_fails_if_the_user_is_deleted_meanwhile()
    {
        var (id, email, _) = await _client.StartAccountAsync();
        await using var connection = await shared.Api.Database.ConnectAsync();
        await connection.ExecuteAsync(shared.Kind == DatabaseKind.Sqlite ? "BEGIN IMMEDIATE" : "BEGIN");
        await connection.ExecuteAsync($"DELETE FROM users WHERE id = {id}");

        var login = _client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        await connection.WaitForBlockedAsync();
        await connection.ExecuteAsync("COMMIT");

        using var response = await login.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    private Task<int> CountAsync(int userId) =>
        shared.Api.WithDatabaseAsync(database => database.Sessions.CountAsync(session => session.UserId == userId));
}
