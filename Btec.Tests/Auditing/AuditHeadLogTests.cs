using System.Globalization;
using System.Text.RegularExpressions;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Auditing;

/// <summary>The heads of the audit chains in the log.</summary>
public abstract partial class AuditHeadLogTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : AuditHeadLogTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : AuditHeadLogTests(DatabaseKind.Postgres);

    [Fact]
    public async Task The_heads_are_logged_within_two_minutes_and_every_hour_and_can_be_given_to_a_verification()
    {
        using var logs = new CollectedLogs();
        await using var api = await StartAsync(logs);
        await api.WriteAuditAsync(logins: 3);
        api.Clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.IsTrueAsync(() => Task.FromResult(Heads(logs).Count == 1), "the heads are logged");

        await api.WriteAuditAsync(logins: 3);
        api.Clock.Advance(TimeSpan.FromHours(1));
        await Eventually.IsTrueAsync(() => Task.FromResult(Heads(logs).Count == 2), "the heads are logged again");

        var heads = Heads(logs);
        Assert.NotEqual(heads[0], heads[1], StringComparer.Ordinal);
        (await api.Database.VerifyAuditAsync([.. heads.Select(head => $"--noted-head={head}")])).AssertExitCode(0);
    }

    [Fact]
    public async Task Ends_that_are_not_authentic_are_logged_as_an_error()
    {
        using var logs = new CollectedLogs();
        await using var api = await StartAsync(logs);
        using var measured = Measurements.Of(api, name => name == "btec.audit.faulty_chains");
        await api.WriteAuditAsync(logins: 3);
        api.Clock.Advance(TimeSpan.FromMinutes(2));
        await measured.WaitForAsync("btec.audit.faulty_chains 0");
        var faulty = await api.WithDatabaseAsync(database => database.AuditChains.CountAsync(chain => chain.Length > 0));
        await api.Database.ExecuteAsync("UPDATE audit_chains SET ends_mac = hash WHERE length > 0");

        api.Clock.Advance(TimeSpan.FromHours(1));

        await measured.WaitForAsync(string.Create(CultureInfo.InvariantCulture, $"btec.audit.faulty_chains {faulty}"));
        await Eventually.IsTrueAsync(
            () => Task.FromResult(logs.Lines.Any(line => line.StartsWith("Error", StringComparison.Ordinal)
                && line.Contains("are not authentic. Run the worker with --verify-audit.", StringComparison.Ordinal))),
            "the error is logged");
    }

    private Task<BtecApi> StartAsync(CollectedLogs logs) =>
        BtecApi.StartAsync(kind, addServices: services => services.AddSingleton<ILoggerProvider>(logs));

    private static List<string> Heads(CollectedLogs logs) =>
    [
        .. logs.Lines.Select(line => Head().Match(line)).Where(match => match.Success).Select(match => match.Groups["heads"].Value),
    ];

    [GeneratedRegex("heads of the audit chains are (?<heads>[0-9A-Za-z:,_-]+)[.]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Head();
}
