using Btec.Data.Accounts;
using Btec.Data.Model;
using Btec.Data.Postgres;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Data;

/// <summary>The two forms of the query of an authenticated request, by EF Core and by hand, answer alike.</summary>
public sealed class CurrentUserQueryTests
{
    private static readonly DateTimeOffset s_now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid s_sessionId = Guid.CreateVersion7(s_now);

    [Fact]
    public async Task Both_forms_read_every_column_of_the_user_and_when_the_session_was_last_seen()
    {
        await using var database = await CreateAsync();
        var userId = await AddAsync(database);

        var byHand = await FindByHandAsync(database, s_sessionId, userId);
        var byModel = await FindByModelAsync(database, s_sessionId, userId);

        Assert.NotNull(byHand);
        Assert.NotNull(byModel);
        Assert.Equal(s_sessionId, byHand.SessionId);
        Assert.Equal(byModel.SessionId, byHand.SessionId);
        Assert.Equal(byModel.LastSeenAt, byHand.LastSeenAt);
        Assert.Equal(s_now.AddMinutes(-2), byHand.LastSeenAt);
        Assert.Equal((byModel.AuthTime, byModel.Amr), (byHand.AuthTime, byHand.Amr));
        Assert.Equal((s_now.AddMinutes(-1), "pwd otp mfa"), (byHand.AuthTime, byHand.Amr));
        foreach (var property in typeof(User).GetProperties())
        {
            // A value that a forgotten column would leave at its default proves nothing.
            var expected = property.GetValue(byModel.User);
            Assert.False(
                expected is null
                    || (property.PropertyType.IsValueType && expected.Equals(Activator.CreateInstance(property.PropertyType))),
                $"Give {property.Name} a value that is not its default.");
            Assert.Equivalent(expected, property.GetValue(byHand.User), strict: true);
        }
    }

    [Theory]
    [InlineData("UPDATE users SET full_name = NULL, search_name = NULL, email_verified_at = NULL", true)]
    [InlineData("UPDATE users SET passkey_handle = NULL, has_second_factor = false", true)]
    [InlineData("UPDATE sessions SET auth_time = NULL", true)]
    [InlineData("UPDATE sessions SET revoked_at = now()", false)]
    [InlineData("UPDATE sessions SET expires_at = '2026-07-01 12:00:00Z'", false)]
    [InlineData("UPDATE sessions SET expires_at = '2026-07-01 12:00:00.000001Z'", true)]
    [InlineData("UPDATE sessions SET epoch = 2", false)]
    [InlineData("UPDATE users SET session_epoch = 4", false)]
    [InlineData("UPDATE users SET is_active = false", false)]
    [InlineData("DELETE FROM sessions", false)]
    [InlineData("DELETE FROM users", false)]
    public async Task Both_forms_find_or_refuse_the_same(string change, bool isFound)
    {
        await using var database = await CreateAsync();
        var userId = await AddAsync(database);
        await database.ExecuteAsync(change);

        var byHand = await FindByHandAsync(database, s_sessionId, userId);
        var byModel = await FindByModelAsync(database, s_sessionId, userId);

        Assert.Equal(isFound, byHand is not null);
        Assert.Equal(isFound, byModel is not null);
        Assert.Equal(byModel?.User.FullName, byHand?.User.FullName);
        Assert.Equal(byModel?.User.EmailVerifiedAt, byHand?.User.EmailVerifiedAt);
        Assert.Equal(byModel?.User.PasskeyHandle, byHand?.User.PasskeyHandle);
        Assert.Equal(byModel?.AuthTime, byHand?.AuthTime);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Both_forms_refuse_the_session_of_another_user_and_one_that_does_not_exist(bool isOtherUser)
    {
        await using var database = await CreateAsync();
        var userId = await AddAsync(database);
        var (sessionId, askedFor) = isOtherUser ? (s_sessionId, userId + 1) : (Guid.CreateVersion7(s_now), userId);

        Assert.Null(await FindByHandAsync(database, sessionId, askedFor));
        Assert.Null(await FindByModelAsync(database, sessionId, askedFor));
    }

    private static async Task<ActiveSession?> FindByHandAsync(TestDatabase database, Guid sessionId, int userId)
    {
        using var connections = new PostgresConnections(database.ConnectionString);
        return await new PostgresCurrentUserQuery(connections)
            .FindAsync(sessionId, userId, s_now, TestContext.Current.CancellationToken);
    }

    private static Task<ActiveSession?> FindByModelAsync(TestDatabase database, Guid sessionId, int userId) =>
        database.WithContextAsync(context => new CurrentUserQuery().FindAsync(
            () => context, sessionId, userId, s_now, TestContext.Current.CancellationToken));

    private static async Task<TestDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
        return database;
    }

    private static Task<int> AddAsync(TestDatabase database) => database.WithContextAsync(async context =>
    {
        var user = new User
        {
            Email = "ada@example.com",
            HashedPassword = "a hash",
            FullName = "Ada Lovelace",
            IsSuperuser = true,
            Roles = ["editor", "orders:read"],
            CreatedAt = s_now.AddDays(-1),
            EmailVerifiedAt = s_now.AddHours(-1),
            SessionEpoch = 3,
            HasSecondFactor = true,
            PasskeyHandle = [.. Enumerable.Range(1, 32).Select(number => (byte)number)],
        };
        context.Sessions.Add(new Session
        {
            Id = s_sessionId,
            UserId = 0,
            User = user,
            CreatedAt = s_now.AddMinutes(-3),
            LastSeenAt = s_now.AddMinutes(-2),
            ExpiresAt = s_now.AddMinutes(1),
            Epoch = 3,
            AuthTime = s_now.AddMinutes(-1),
            Amr = "pwd otp mfa",
        });
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        return user.Id;
    });
}
