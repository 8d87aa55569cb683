using Btec.Data.Audit;
using Btec.Tests.MigrationService;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Infrastructure;

/// <summary>Writes audit events, and verifies them as an operator does.</summary>
internal static class AuditMoves
{
    /// <summary>Runs the worker with <c>--verify-audit</c> and the secret of the tests.</summary>
    public static Task<ProcessEnd> VerifyAuditAsync(this TestDatabase database, params string[] options) =>
        database.RunAuditAsync("--verify-audit", BtecApi.SigningKey, options);

    /// <summary>Runs the worker with a command about the audit chains.</summary>
    public static Task<ProcessEnd> RunAuditAsync(this TestDatabase database, string verb, string secret, params string[] options) =>
        WorkerRuns.RunAsync(database.ToSettings(("Jwt:SigningKey", secret)), [verb, .. options]);

    /// <summary>Verifies the audit chains with the secrets of an API, and returns what is wrong with them.</summary>
    public static async Task<IReadOnlyList<string>> FindAuditFaultsAsync(this BtecApi api)
    {
        await using var scope = api.Services.CreateAsyncScope();
        var verdict = await scope.ServiceProvider.GetRequiredService<AuditVerifier>()
            .VerifyAsync([], static _ => { }, TestContext.Current.CancellationToken);
        return verdict.Faults;
    }

    /// <summary>Registers a user who logs in once and tries to several times at once, each other time with a wrong
    /// password.</summary>
    public static async Task WriteAuditAsync(this BtecApi api, int logins)
    {
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        await Task.WhenAll(Enumerable.Range(0, logins).Select(async login =>
        {
            using var response = await client.PostFormAsync(
                "/api/auth/login", ("username", email), ("password", login % 2 == 0 ? "not the password" : ApiMoves.Password));
        }));
        await client.LoginAsync(email);
    }
}
