using Btec.Data;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Data;

public abstract class UserRowTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : UserRowTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : UserRowTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Created_at_comes_back_in_utc_to_the_microsecond()
    {
        await using var database = await CreateAsync();
        var moment = new DateTimeOffset(2026, 2, 28, 23, 59, 59, 999, TimeSpan.Zero).AddMicroseconds(999);

        await database.WithContextAsync(context => AddAsync(context, "ada@example.com", moment));

        var stored = await database.WithContextAsync(
            context => context.Users.Select(user => user.CreatedAt).SingleAsync(TestContext.Current.CancellationToken));
        Assert.Equal(moment, stored);
        Assert.Equal(TimeSpan.Zero, stored.Offset);
    }

    [Fact]
    public async Task The_database_orders_and_compares_users_by_when_they_were_created()
    {
        await using var database = await CreateAsync();
        var noon = new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
        await database.WithContextAsync(async context =>
        {
            // As text, or by local time, the order would be another: 9 h after 10 h, and years with fewer digits.
            await AddAsync(context, "third@example.com", noon.AddTicks(10));
            await AddAsync(context, "first@example.com", new DateTimeOffset(999, 12, 31, 0, 0, 0, TimeSpan.Zero));
            await AddAsync(context, "fourth@example.com", noon.AddYears(7973));
            return await AddAsync(context, "second@example.com", noon);
        });

        var (ordered, after) = await database.WithContextAsync(async context => (
            await context.Users.OrderBy(user => user.CreatedAt).Select(user => user.Email).ToListAsync(TestContext.Current.CancellationToken),
            await context.Users.CountAsync(user => user.CreatedAt > noon, TestContext.Current.CancellationToken)));

        Assert.Equal(["first@example.com", "second@example.com", "third@example.com", "fourth@example.com"], ordered);
        Assert.Equal(2, after);
    }

    [Fact]
    public async Task The_id_of_a_deleted_user_is_never_given_again()
    {
        await using var database = await CreateAsync();
        var moment = new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
        var gone = await database.WithContextAsync(context => AddAsync(context, "gone@example.com", moment));
        await database.ExecuteAsync("DELETE FROM users");

        var next = await database.WithContextAsync(context => AddAsync(context, "next@example.com", moment));

        Assert.True(next > gone, $"{next} after {gone}");
    }

    [Fact]
    public async Task A_second_row_with_the_same_address_is_a_unique_violation_and_no_outage()
    {
        await using var database = await CreateAsync();
        var moment = new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
        await database.WithContextAsync(context => AddAsync(context, "ada@example.com", moment));

        var refused = await Assert.ThrowsAsync<DbUpdateException>(
            () => database.WithContextAsync(context => AddAsync(context, "ada@example.com", moment)));

        Assert.True(DatabaseFaults.IsUniqueViolation(refused));
        Assert.False(DatabaseFaults.IsOutage(refused));
    }

    [Fact]
    public async Task An_address_and_a_name_of_the_greatest_lengths_come_back_whole()
    {
        await using var database = await CreateAsync();
        // Letters outside the basic plane: two UTF-16 units and four UTF-8 bytes, but one character to both databases.
        var email = string.Concat(Enumerable.Repeat("\U0001D4D0", User.EmailMaxLength));
        var name = string.Concat(Enumerable.Repeat("\U0001D4D0", User.FullNameMaxLength));

        await database.WithContextAsync(
            context => AddAsync(context, email, new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero), name));

        var stored = await database.WithContextAsync(context => context.Users.SingleAsync(TestContext.Current.CancellationToken));
        Assert.Equal(email, stored.Email);
        Assert.Equal(name, stored.FullName);
    }

    private static async Task<int> AddAsync(BtecDbContext context, string email, DateTimeOffset createdAt, string? fullName = null)
    {
        var user = new User { Email = email, HashedPassword = "no hash", CreatedAt = createdAt, FullName = fullName };
        context.Users.Add(user);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        return user.Id;
    }

    private async Task<TestDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateMigratedAsync(kind);
        return database;
    }
}
