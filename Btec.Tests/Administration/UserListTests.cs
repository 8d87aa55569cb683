using System.Globalization;
using System.Net;
using System.Text.Json;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Administration;

public abstract class UserListTests(OwnApi own)
{
    private const string Route = "/api/users";
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : UserListTests(own), IClassFixture<OwnSqliteApi>
    {
        protected override string Explain => "EXPLAIN QUERY PLAN ";

        /// <summary>In the order of the key SQLite says that it scans, and stops at the limit.</summary>
        protected override bool IsWhole(string plan) => plan.Contains("TEMP B-TREE", StringComparison.Ordinal);

        protected override Task<string> ExplainSearchAsync(string statement, string[] values) =>
            ReadAsync($"{Explain}{string.Format(CultureInfo.InvariantCulture, statement, values)}");
    }

    public sealed class OnPostgres(OwnPostgresApi own) : UserListTests(own), IClassFixture<OwnPostgresApi>
    {
        protected override string Explain => "EXPLAIN ";

        protected override bool IsWhole(string plan) => plan.Contains("Seq Scan", StringComparison.Ordinal);

        /// <summary>The plan for any value.</summary>
        protected override Task<string> ExplainSearchAsync(string statement, string[] values) => ReadAsync(
            $"""
            SET plan_cache_mode = force_generic_plan;
            PREPARE search(text, text, text, integer) AS {string.Format(CultureInfo.InvariantCulture, statement, "$1", "$2", "$3", "$4")};
            {Explain}EXECUTE search({string.Join(", ", values)});
            """);

        /// <summary>To plan a short prefix anew takes longer than to run it; which index serves a longer one depends on the prefix.</summary>
        [Theory]
        [InlineData("bulk1", "false true")]
        [InlineData("bulk12", "false true")]
        [InlineData("bulk123", "true false")]
        public async Task A_short_prefix_is_planned_once_a_longer_one_each_time_and_nothing_else_otherwise(string prefix, string plans)
        {
            await FillAsync();

            var (planned, mode) = await Own.Api.WithDatabaseAsync(async database =>
            {
                await database.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
                var users = new UserSearch(database);
                // Npgsql prepares what it has sent five times.
                for (var search = 0; search < 12; search++)
                {
                    var found = await users.ListAsync(prefix, isActive: true, beforeId: 15_000, limit: 51, TestContext.Current.CancellationToken);
                    Assert.Equal(found.Select(user => user.Id).OrderDescending(), found.Select(user => user.Id));
                    Assert.NotEmpty(found);
                    Assert.All(found, user => Assert.StartsWith(prefix, user.Email, StringComparison.Ordinal));
                }

                var connection = database.Database.GetDbConnection();
                return (
                    await connection.ReadAsync(
                        $"""
                        SELECT (custom_plans > 0) || ' ' || (generic_plans > 0) FROM pg_prepared_statements
                        WHERE statement LIKE 'SELECT%, {Math.Min(prefix.Length, 6)}) = %-id >%UNION%' AND statement NOT LIKE '%is_active = false%'
                            AND (statement LIKE '%email >= %') = {(prefix.Length > 6 ? "true" : "false")}
                        """),
                    await connection.ReadAsync("SHOW plan_cache_mode"));
            });

            Assert.Equal(plans, Assert.Single(planned));
            Assert.Equal("auto", Assert.Single(mode));
        }
    }

    protected abstract string Explain { get; }

    [Fact]
    public async Task Pages_hold_every_user_once_the_newest_first_while_others_register()
    {
        var mark = NewMark();
        var ids = new List<int>();
        for (var user = 0; user < 7; user++)
            ids.Add((await _client.RegisterAsync($"{mark}{user}@example.com")).GetProperty("id").GetInt32());

        var superuser = (await own.Api.StartSessionOfSuperuserAsync()).Access;
        var first = await _client.GetPageAsync($"{Route}?q={mark}&limit=3", superuser);
        await _client.RegisterAsync($"{mark}late@example.com");
        var second = await _client.GetPageAsync($"{Route}?q={mark}&limit=3&cursor={first.GetProperty("next_cursor")}", superuser);
        var third = await _client.GetPageAsync($"{Route}?q={mark}&limit=3&cursor={second.GetProperty("next_cursor")}", superuser);

        Assert.Equal(
            [.. Enumerable.Reverse(ids)],
            [
                .. new[] { first, second, third }
                    .SelectMany(page => page.GetProperty("items").EnumerateArray()).Select(user => user.GetProperty("id").GetInt32()),
            ]);
        Assert.Equal(JsonValueKind.Null, third.GetProperty("next_cursor").ValueKind);
    }

    [Fact]
    public async Task A_user_is_shown_as_it_is_and_without_its_hash()
    {
        var mark = NewMark();
        var registered = await _client.RegisterAsync($"{mark}@example.com", fullName: "Ada");

        var page = await _client.GetPageAsync($"{Route}?q={mark}", (await own.Api.StartSessionOfSuperuserAsync()).Access);

        var shown = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal(JsonSerializer.Serialize(registered), JsonSerializer.Serialize(shown));
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next_cursor").ValueKind);
    }

    [Theory]
    [InlineData("{0}ada", 1)]
    [InlineData("{0}ADA", 1)]
    [InlineData("{0}", 3)]
    [InlineData("{0}grace hop", 1)]
    [InlineData("{0}ÉMI", 1)]
    [InlineData("{0}é", 1)]
    [InlineData("da", 0)]
    [InlineData("{0}%", 0)]
    [InlineData("{0}_", 0)]
    [InlineData("{0}a' OR '1'='1", 0)]
    [InlineData("{0}\\", 0)]
    public async Task What_begins_with_it_in_address_or_name_is_found_in_any_case(string query, int count)
    {
        var mark = NewMark();
        await _client.RegisterAsync($"{mark}ada@example.com");
        await _client.RegisterAsync(ApiMoves.NewEmail(), fullName: $"{mark.ToUpperInvariant()}Grace Hopper");
        await _client.RegisterAsync(ApiMoves.NewEmail(), fullName: $"{mark}Émilie du Châtelet");

        var page = await _client.GetPageAsync(
            $"{Route}?q={Uri.EscapeDataString(query.Replace("{0}", mark, StringComparison.Ordinal))}",
            (await own.Api.StartSessionOfSuperuserAsync()).Access);

        // What begins with two letters alone may be others' too.
        if (query == "da")
            Assert.DoesNotContain(page.GetProperty("items").EnumerateArray(), user => user.GetProperty("email").GetString()!.StartsWith(mark, StringComparison.Ordinal));
        else
            Assert.Equal(count, page.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task The_active_and_the_others_are_told_apart()
    {
        var mark = NewMark();
        await _client.RegisterAsync($"{mark}1@example.com");
        var gone = (await _client.RegisterAsync($"{mark}2@example.com")).GetProperty("id").GetInt32();
        await own.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Id == gone)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.IsActive, false)));
        var superuser = (await own.Api.StartSessionOfSuperuserAsync()).Access;

        Assert.Equal([$"{mark}1@example.com"], await FindAsync("true"));
        Assert.Equal([$"{mark}2@example.com"], await FindAsync("false"));

        async Task<List<string?>> FindAsync(string isActive) =>
            [.. (await _client.GetPageAsync($"{Route}?q={mark}&is_active={isActive}", superuser))
                .GetProperty("items").EnumerateArray().Select(user => user.GetProperty("email").GetString())];
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("is_active=yes", "is_active")]
    [InlineData("is_active=True&q=a&q=b", "is_active", "q")]
    [InlineData("q=a%00b", "q")]
    [InlineData("cursor=AAAA", "cursor")]
    [InlineData("cursor=AAAAAA", "cursor")]
    [InlineData("cursor=_____w", "cursor")]
    [InlineData("cursor=AAAAAA%3D%3D", "cursor")]
    public async Task A_parameter_that_cannot_be_is_named(string query, params string[] members)
    {
        using var response = await _client.GetAsync($"{Route}?{query}", (await own.Api.StartSessionOfSuperuserAsync()).Access);

        await response.AssertRefusedMembersAsync(members);
    }

    [Fact]
    public async Task Only_superusers_list()
    {
        using var nobody = await _client.GetAsync(Route, accessToken: null);
        using var somebody = await _client.GetAsync(Route, (await _client.StartSessionOfNewUserAsync()).Access);

        await nobody.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await somebody.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(15_000)]
    public async Task The_key_answers_where_nothing_is_filtered(int? beforeId)
    {
        await FillAsync();

        var plan = await ExplainPageAsync(isActive: null, beforeId);

        Assert.False(IsWhole(plan), plan);
    }

    /// <summary>Also where almost all pass the filter: the newest may be those who do not.</summary>
    [Theory]
    [InlineData(true, null)]
    [InlineData(false, null)]
    [InlineData(true, 15_000)]
    [InlineData(false, 15_000)]
    public async Task An_index_answers_the_filter(bool isActive, int? beforeId)
    {
        await FillAsync();

        var plan = await ExplainPageAsync(isActive, beforeId);

        Assert.Contains("ix_users_is_active", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    /// <summary>Also where what begins with it is half of all, and nobody of the newest.</summary>
    [Theory]
    [InlineData("b", null)]
    [InlineData("bulk", null)]
    [InlineData("bulk1", true)]
    [InlineData("bulk12", false)]
    [InlineData("bulk1234", null)]
    [InlineData("somebody 12", null)]
    [InlineData("é", null)]
    public async Task An_index_answers_every_search(string prefix, bool? isActive)
    {
        await FillAsync();
        var (statement, parameters) = UserSearch.Search(prefix, isActive, beforeId: 15_000, limit: 51);

        var plan = await ExplainSearchAsync(statement, [.. parameters.Select(value => value is string text ? $"'{text}'" : $"{value}")]);

        Assert.DoesNotContain("Seq Scan on users", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("SCAN users", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("pk_users", plan, StringComparison.Ordinal);
        Assert.Contains("ix_users_email", plan, StringComparison.Ordinal);
        Assert.Contains("ix_users_search_name", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_finds_the_superusers_among_whom_the_last_is_looked_for()
    {
        await FillAsync();

        var plan = string.Join('\n', await own.Api.Database.ReadAsync(
            $"{Explain}SELECT * FROM users WHERE is_superuser AND is_active ORDER BY id"));

        Assert.Contains("ix_users_active_superusers", plan, StringComparison.Ordinal);
    }

    protected OwnApi Own => own;

    protected abstract bool IsWhole(string plan);

    protected abstract Task<string> ExplainSearchAsync(string statement, string[] values);

    protected async Task<string> ReadAsync(string statement) => string.Join('\n', await own.Api.Database.ReadAsync(statement));

    /// <summary>Of the command that the directory sends.</summary>
    private Task<string> ExplainPageAsync(bool? isActive, int? beforeId) => own.Api.WithDatabaseAsync(async database =>
    {
        await database.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = UserSearch.Page(database.Users.AsNoTracking(), isActive, beforeId, limit: 51).CreateDbCommand();
#pragma warning disable CA2100 // The text is EF Core's.
        command.CommandText = Explain + command.CommandText;
#pragma warning restore CA2100
        return string.Join('\n', await command.ReadAsync());
    });

    protected async Task FillAsync()
    {
        await own.Api.WithDatabaseAsync(async database =>
        {
            if (await database.Users.AnyAsync(user => user.Email == "bulk0@example.com"))
                return 0;

            for (var user = 0; user < 20_000; user++)
            {
                database.Users.Add(new User
                {
                    Email = $"bulk{user}@example.com",
                    FullName = $"Somebody {user}",
                    HashedPassword = "x",
                    IsActive = user % 100 != 0,
                    CreatedAt = own.Api.Clock.GetUtcNow(),
                });
            }

            return await database.SaveChangesAsync();
        });
        await own.Api.Database.ExecuteAsync("ANALYZE");
    }

    /// <summary>What no other test's users begin with.</summary>
    private static string NewMark() => $"mark{Guid.CreateVersion7():N}".ToLowerInvariant();
}
