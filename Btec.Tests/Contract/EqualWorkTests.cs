using System.Diagnostics;
using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>Whether an address is known is not learned from the time of an answer either: it is asked about known and unknown ones
/// in turn, and neither kind wins more often than a coin would.</summary>
public abstract class EqualWorkTests(DatabaseKind kind)
{
    private const int Pairs = 300;

    public sealed class OnSqlite() : EqualWorkTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : EqualWorkTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Recovering_a_password()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (_, known, _) = await client.StartAccountAsync();
        await client.RegisterAsync("zoe@example.com");

        await AssertEqualAsync(known, email => client.RecoverAsync(email));
    }

    [Fact]
    public async Task Registering_where_addresses_are_verified()
    {
        await using var open = await BtecApi.StartAsync(kind, AccountMoves.RegistrationSettings("verified"));
        var client = open.CreateClient();
        var known = ApiMoves.NewEmail();
        foreach (var email in new[] { known, "zoe@example.com" })
        {
            using var registered = await client.PostJsonAsync("/api/auth/register", new { email, password = ApiMoves.Password });
            using var confirmed = await client.ConfirmAsync(await open.ReadTokenAsync(email, MailTemplate.ConfirmRegistration));
            Assert.Equal(HttpStatusCode.NoContent, confirmed.StatusCode);
        }

        await AssertEqualAsync(known, email => client.PostJsonAsync("/api/auth/register", new { email, password = ApiMoves.Password }));
    }

    [Fact]
    public async Task Changing_the_address()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (_, known, _) = await client.StartAccountAsync();
        var (_, _, tokens) = await client.StartAccountAsync();

        await AssertEqualAsync(known, email => client.SendJsonAsync(
            HttpMethod.Post, "/api/users/me/email", tokens.Access, new { email, password = ApiMoves.Password }));
    }

    /// <summary>Of 300 pairs between equals one kind is the slower one 150 times, give or take 9 (a standard deviation): 60 % are
    /// more than three of them away. The median of the differences stays below a twentieth of an answer's time.</summary>
    private static async Task AssertEqualAsync(string known, Func<string, Task<HttpResponseMessage>> askAsync)
    {
        var differences = new List<double>();
        var times = new List<double>();
        for (var pair = -20; pair < Pairs; pair++)
        {
            var unknown = ApiMoves.NewEmail();
            // In turn, so that what a pair does to the next one falls on both.
            var (first, second) = pair % 2 == 0 ? (known, unknown) : (unknown, known);
            var (ofFirst, ofSecond) = (await TimeAsync(first), await TimeAsync(second));
            if (pair < 0)
                continue;

            differences.Add(pair % 2 == 0 ? ofFirst - ofSecond : ofSecond - ofFirst);
            times.Add(ofFirst);
        }

        var slower = differences.Count(difference => difference > 0) / (double)Pairs;
        var (median, time) = (Median(differences), Median(times));
        var measured = $"known slower in {slower:P0} of {Pairs} pairs, by {median:F3} ms of {time:F3} ms";
        TestContext.Current.TestOutputHelper?.WriteLine(measured);
        Assert.True(slower is > 0.4 and < 0.6 || Math.Abs(median) < time / 20, measured);

        async Task<double> TimeAsync(string email)
        {
            var started = Stopwatch.GetTimestamp();
            using var response = await askAsync(email);
            var elapsed = Stopwatch.GetElapsedTime(started);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            return elapsed.TotalMilliseconds;
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
