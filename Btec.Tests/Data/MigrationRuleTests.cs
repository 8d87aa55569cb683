using Btec.Data.Model;
using Btec.Data.Schema;
using Btec.Data.Sqlite;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Btec.Tests.Data;

/// <summary>The rule of <see cref="MigrationRule"/>, for the migrations of both databases.</summary>
public sealed class MigrationRuleTests
{
    /// <summary>The migrations from before the rule that break it, with what that means. There will be no others.</summary>
    private static readonly Dictionary<string, string> BeforeTheRule = new(StringComparer.Ordinal)
    {
        ["AddActiveUserIndex"] = "Part of 1.0.0, the first release.",
        ["SearchUsersByTrigrams"] = "Drops indexes of the search of 1.0.0, which reads all users without them.",
        ["WithstandAttacks"] = "Drops an index of the outbox of 1.0.0, which reads all waiting mails without it.",
    };

    /// <summary>The beginning of the name of the first migration that the rule holds for.</summary>
    private const string Start = "20261201";

    public static TheoryData<string> BreakingSamples => [.. SampleMigration.Breaking.Keys];

    public static TheoryData<string> HarmlessSamples => [.. SampleMigration.Harmless.Keys];

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public void The_previous_release_runs_on_the_schema_of_every_migration(DatabaseKind kind) =>
        Assert.DoesNotContain(FindFaults(kind), fault => !BeforeTheRule.ContainsKey(fault.Name));

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public void Exceptions_are_migrations_from_before_the_rule_that_break_it(DatabaseKind kind)
    {
        var excepted = FindFaults(kind).Where(fault => BeforeTheRule.ContainsKey(fault.Name)).ToList();

        Assert.Equivalent(BeforeTheRule.Keys, excepted.Select(fault => fault.Name).Distinct(StringComparer.Ordinal), strict: true);
        Assert.All(excepted, fault => Assert.True(string.CompareOrdinal(fault.Id, Start) < 0, fault.Id));
    }

    [Theory]
    [MemberData(nameof(BreakingSamples))]
    public void Breaking_migrations_are_refused(string sample) =>
        Assert.Single(MigrationRule.FindFaults(new SampleMigration(SampleMigration.Breaking[sample])));

    [Theory]
    [MemberData(nameof(HarmlessSamples))]
    public void Expanding_migrations_are_accepted(string sample) =>
        Assert.Empty(MigrationRule.FindFaults(new SampleMigration(SampleMigration.Harmless[sample])));

    [Fact]
    public void A_contract_step_names_a_release_that_no_longer_used_what_it_removes()
    {
        Assert.Empty(MigrationRule.FindFaults(new StepAfterARelease()));
        Assert.Contains("0.0.1", Assert.Single(MigrationRule.FindFaults(new StepAfterNoRelease())), StringComparison.Ordinal);
    }

    private static List<(string Id, string Name, string Fault)> FindFaults(DatabaseKind kind)
    {
        using BtecDbContext context = kind == DatabaseKind.Sqlite
            ? new SqliteBtecDbContext(new DbContextOptionsBuilder<SqliteBtecDbContext>().UseSqlite("Data Source=:memory:").Options)
            : new BtecDbContext(new DbContextOptionsBuilder<BtecDbContext>().UseNpgsql("Host=localhost").Options);
        var assembly = context.GetService<IMigrationsAssembly>();
        Assert.NotEmpty(assembly.Migrations);
        return
        [
            .. from migration in assembly.Migrations
               from fault in MigrationRule.FindFaults(assembly.CreateMigration(migration.Value, context.Database.ProviderName!))
               select (migration.Key, migration.Key.Split('_', 2)[1], fault),
        ];
    }

    [ContractStep("1.0.0")]
    private sealed class StepAfterARelease() : SampleMigration(SampleMigration.Breaking["drops a column"]);

    [ContractStep("0.0.1")]
    private sealed class StepAfterNoRelease() : SampleMigration(SampleMigration.Breaking["drops a column"]);
}
