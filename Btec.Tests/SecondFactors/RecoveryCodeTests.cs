using Btec.Api.Features.SecondFactors;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.SecondFactors;

/// <summary>The use of recovery codes, as the routes that take them do it in their transactions.</summary>
public abstract class RecoveryCodeTests(SharedApi shared)
{
    private readonly BtecApi _api = shared.Api;

    public sealed class OnSqlite(SqliteApi shared) : RecoveryCodeTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : RecoveryCodeTests(shared);

    [Fact]
    public async Task Each_works_once_with_a_mail_each_time_and_a_warning_when_three_are_left()
    {
        var user = await _api.StartAccountWithTotpAsync();

        foreach (var code in user.RecoveryCodes)
        {
            Assert.True(await TakeAsync(user.Id, code));
            Assert.False(await TakeAsync(user.Id, code));
        }

        var mails = await _api.ReadMailsAsync(user.Email);
        Assert.Equal(
            Enumerable.Range(0, 10),
            mails.Where(mail => mail.Template == MailTemplate.RecoveryCodeUsed).Select(mail => mail.Values.CodesLeft!.Value).Order());
        Assert.Equal(3, Assert.Single(mails, mail => mail.Template == MailTemplate.RecoveryCodesLow).Values.CodesLeft);
        Assert.Equal(10, (await _api.ReadEventsAsync(user.Id, "recovery_code.used")).Count);
        Assert.Equal(0, (await _api.CreateClient().ListFactorsAsync(user.Tokens)).CodesLeft);
    }

    [Fact]
    public async Task Case_hyphens_and_white_space_do_not_matter()
    {
        var user = await _api.StartAccountWithTotpAsync();

        Assert.True(await TakeAsync(user.Id, user.RecoveryCodes[0].ToLowerInvariant()));
        Assert.True(await TakeAsync(user.Id, user.RecoveryCodes[1].Replace("-", "", StringComparison.Ordinal)));
        Assert.True(await TakeAsync(user.Id, $"\t{user.RecoveryCodes[2].Replace('-', ' ')}\r\n"));
    }

    [Fact]
    public async Task Codes_of_others_changed_codes_and_other_texts_do_not_work()
    {
        var user = await _api.StartAccountWithTotpAsync();
        var other = await _api.StartAccountWithTotpAsync();
        var code = user.RecoveryCodes[0];
        var changed = (code[0] == 'A' ? 'B' : 'A') + code[1..];
        string[] refused =
        [
            other.RecoveryCodes[0], changed, code[..^1], code + "A", "", "-", new string('A', 24), new string('A', 60_000),
            code.Replace(code[0], '0'),
            user.Authenticator.CodeAt(), code[..^1] + "İ", code[..^1] + "\0", "' OR 1=1 --",
        ];

        foreach (var text in refused)
            Assert.False(await TakeAsync(user.Id, text), text);

        Assert.Equal((11, true), await _api.CountFactorsAsync(user.Id));
        Assert.DoesNotContain(await _api.ReadMailsAsync(user.Email), mail => mail.Template == MailTemplate.RecoveryCodeUsed);
    }

    [Fact]
    public async Task Of_simultaneous_uses_of_a_code_one_succeeds()
    {
        var user = await _api.StartAccountWithTotpAsync();

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TakeAsync(user.Id, user.RecoveryCodes[0])));

        Assert.Single(taken, isTaken => isTaken);
        Assert.Single(await _api.ReadMailsAsync(user.Email), mail => mail.Template == MailTemplate.RecoveryCodeUsed);
    }

    private async Task<bool> TakeAsync(int userId, string code)
    {
        await using var scope = _api.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        return await services.GetRequiredService<AuditTrail>().CommitAsync(
            async (batch, cancel) =>
            {
                var user = await services.GetRequiredService<UserLocks>().TakeAsync(userId, cancel);
                return await services.GetRequiredService<SecondFactorCodes>().TakeRecoveryCodeAsync(
                    user!, code, new AuditOrigin(UserAgent: null, Address: null), batch, cancel);
            },
            TestContext.Current.CancellationToken);
    }
}
