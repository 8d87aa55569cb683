using Btec.Data.Model;
using Btec.Data.Passwords;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.Sessions;

/// <summary>The API on which histories run one after another, each with its own user.</summary>
internal sealed class HistoryApi : IAsyncDisposable
{
    private const int CheapestWorkFactor = 4;
    private const int MaxShrinking = 80;
    private static readonly string Hash = BcryptHash.Create(ApiMoves.Password, CheapestWorkFactor);
    private static readonly TimeSpan Forever = TimeSpan.FromDays(100_000);

    /// <summary>A fixed start time with a fraction of a microsecond, which PostgreSQL does not store.</summary>
    private static readonly DateTimeOffset Beginning = new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);

    private readonly BtecApi _api;
    private readonly Lifetimes _lifetimes;
    private readonly Dictionary<string, int> _outcomes = new(StringComparer.Ordinal);

    private HistoryApi(BtecApi api, Lifetimes lifetimes, string superuser) =>
        (_api, _lifetimes, SuperuserToken, Client) = (api, lifetimes, superuser, api.CreateClient());

    public BtecApi Api => _api;

    public HttpClient Client { get; }

    /// <summary>An access token of a superuser.</summary>
    public string SuperuserToken { get; }

    public FakeTimeProvider Clock => _api.Clock;

    /// <summary>The number of responses by outcome.</summary>
    public IReadOnlyDictionary<string, int> Outcomes => _outcomes;

    public static async Task<HistoryApi> StartAsync(DatabaseKind kind, Lifetimes lifetimes)
    {
        var api = await BtecApi.StartAsync(kind, lifetimes.ToSettings());
        api.Clock.SetUtcNow(Beginning);
        return new HistoryApi(api, lifetimes, await CreateSuperuserTokenAsync(api));
    }

    public Task<HistoryRun> RunAsync(ulong seed, IReadOnlyList<Move> moves) =>
        RunAsync(seed, moves, user => new HistoryRun(this, user.Email, _lifetimes));

    /// <summary>Runs a history of a new user. If the API deviates from the model, fails with the shortest part of the history that
    /// still deviates.</summary>
    public async Task<TRun> RunAsync<TRun, TMove>(ulong seed, IReadOnlyList<TMove> moves, Func<User, TRun> start)
        where TRun : IHistoryRun<TMove>
    {
        var (run, failure) = await TryAsync(moves, start);
        if (failure is null)
            return run;

        var (shortest, tries) = (moves, 0);
        for (var index = 0; index < shortest.Count && tries < MaxShrinking; tries++)
        {
            IReadOnlyList<TMove> shorter = [.. shortest.Take(index), .. shortest.Skip(index + 1)];
            var (again, sameFailure) = await TryAsync(shorter, start);
            if (sameFailure is null)
                index++;
            else
                (shortest, run, failure) = (shorter, again, sameFailure);
        }

        Assert.Fail($"Seed {seed}, on {_api.DatabaseKind}, {_lifetimes}:\n{run.Story}{failure}");
        return run;
    }

    public void Count(string outcome) => _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;

    /// <summary>Moves the clock to a moment, unless it has passed.</summary>
    public void MoveClock(DateTimeOffset moment)
    {
        if (moment > Clock.GetUtcNow())
            Clock.SetUtcNow(moment);
    }

    public Task ActivateAsync(string email, bool active) => _api.ActivateAsync(email, active);

    /// <summary>Makes the superuser one who has just proved who they are.</summary>
    public Task<int> ProveSuperuserAsync()
    {
        var (id, now) = (Guid.Parse(TokenForge.Open(SuperuserToken).Claims.GetProperty("sid").GetString()!), Clock.GetUtcNow());
        return _api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.AuthTime, now)));
    }

    public Task<T> WithDatabaseAsync<T>(Func<BtecDbContext, Task<T>> use) => _api.WithDatabaseAsync(use);

    public async Task<bool> IsAliveAsync(string token)
    {
        using var response = await Client.SendAsync(HttpMethod.Post, "/api/auth/introspect", SuperuserToken, ("token", token));
        return (await response.ReadJsonAsync()).GetProperty("active").GetBoolean();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _api.DisposeAsync();
    }

    private async Task<(TRun Run, string? Failure)> TryAsync<TRun, TMove>(IReadOnlyList<TMove> moves, Func<User, TRun> start)
        where TRun : IHistoryRun<TMove>
    {
        var run = start(await CreateUserAsync(_api));
        try
        {
            await run.RunAsync(moves);
            return (run, null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return (run, exception.Message);
        }
    }

    private static Task<User> CreateUserAsync(BtecApi api, bool superuser = false) => api.WithDatabaseAsync(async database =>
    {
        var user = new User
        {
            Email = ApiMoves.NewEmail(),
            HashedPassword = Hash,
            IsSuperuser = superuser,
            CreatedAt = api.Clock.GetUtcNow(),
            EmailVerifiedAt = api.Clock.GetUtcNow(),
        };
        database.Users.Add(user);
        await database.SaveChangesAsync();
        return user;
    });

    /// <summary>Creates an access token for a session that outlasts every history.</summary>
    private static async Task<string> CreateSuperuserTokenAsync(BtecApi api)
    {
        var user = await CreateUserAsync(api, superuser: true);
        var now = api.Clock.GetUtcNow();
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            UserId = user.Id,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now + Forever,
        };
        await api.WithDatabaseAsync(database =>
        {
            database.Sessions.Add(session);
            return database.SaveChangesAsync();
        });
        var claims = TokenForge.Claims(api, user.Id, user.Email);
        (claims["sid"], claims["exp"]) = ($"{session.Id}", session.ExpiresAt.ToUnixTimeSeconds());
        return TokenForge.Sign(TokenForge.Header(), claims);
    }
}
