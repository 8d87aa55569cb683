using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Protection;

/// <summary>Failures that are counted before the password is tried, and given back if it was right or was not tried.</summary>
public abstract class CountedAheadTests(DatabaseKind kind)
{
    private const string Here = "203.0.113.7";
    private const string Wrong = "not the password";

    public sealed class OnSqlite() : CountedAheadTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : CountedAheadTests(DatabaseKind.Postgres);

    [Fact]
    [Asvs("6.3.1")]
    public async Task Of_thirty_passwords_sent_at_once_only_as_many_are_tried_as_may_fail()
    {
        await using var api = await StartAsync();
        await AssertHeldAsync(api, api);
    }

    [Fact]
    public async Task Attempts_that_were_answered_busy_are_given_back()
    {
        await using var api = await StartAsync(("Hashing:QueueLimit", "0"));
        var email = ApiMoves.NewEmail();
        await api.From("192.0.2.1").RegisterAsync(email);
        using (await HeldWorker.TakeAsync(api))
        {
            for (var attempt = 0; attempt < 10; attempt++)
            {
                using var busy = await api.From(Here).TryLoginAsync(email, Wrong);
                await busy.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "busy");
            }
        }

        for (var failure = 0; failure < 4; failure++)
            await FailAsync(api, email);

        await api.From(Here).LoginAsync(email);
    }

    [Fact]
    public async Task Right_passwords_of_an_inactive_account_are_given_back()
    {
        await using var api = await StartAsync();
        var email = ApiMoves.NewEmail();
        await api.From("192.0.2.1").RegisterAsync(email);
        await api.ActivateAsync(email, active: false);
        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var inactive = await api.From(Here).TryLoginAsync(email);
            await inactive.AssertProblemAsync(HttpStatusCode.Forbidden, "account_inactive");
        }

        await api.ActivateAsync(email, active: true);
        await api.From(Here).LoginAsync(email);
    }

    /// <summary>Sends thirty passwords to two instances while no worker is free, and checks how many will be tried.</summary>
    internal static async Task AssertHeldAsync(BtecApi one, BtecApi two)
    {
        var email = ApiMoves.NewEmail();
        using var measured = Measurements.Of(one, name => name == "btec.logins.held");
        using var alsoMeasured = Measurements.Of(two, name => name == "btec.logins.held");
        using var held = await HeldWorker.TakeAsync(one);
        using var alsoHeld = one == two ? null : await HeldWorker.TakeAsync(two);
        var attempts = Enumerable.Range(0, 30)
            .Select(number => (number % 2 == 0 ? one : two).From(Here).TryLoginAsync(email, Wrong)).ToList();
        await held.WaitUntilWaitingAsync(one == two ? 30 : 15);
        if (alsoHeld is not null)
            await alsoHeld.WaitUntilWaitingAsync(15);

        held.Release();
        alsoHeld?.Release();

        foreach (var answer in await Task.WhenAll(attempts))
            await answer.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");

        Assert.Equal(25, measured.Lines.Count + (one == two ? 0 : alsoMeasured.Lines.Count));
    }

    private static async Task FailAsync(BtecApi api, string email, string password = Wrong)
    {
        using var response = await api.From(Here).TryLoginAsync(email, password);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    private Task<BtecApi> StartAsync(params (string Name, string Value)[] settings) =>
        BtecApi.StartAsync(kind, LimitedApi.Settings([("Hashing:Workers", "1"), .. settings]));
}
