using Btec.Api.Platform.Jobs;
using Btec.Data.Figures;

namespace Btec.Api.Features.Figures;

/// <summary>Reads the figures of the system, at most every ten seconds, however many ask.</summary>
internal sealed class FiguresService(IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>The time for which figures are kept: 10 s. An estimate; nobody reads faster.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private readonly SharedRun<(SystemFigures Figures, DateTimeOffset ReadAt)> _reading = new();
    private (SystemFigures Figures, DateTimeOffset ReadAt)? _latest;

    /// <summary>Gets the figures, and the time at which they were read.</summary>
    public Task<(SystemFigures Figures, DateTimeOffset ReadAt)> GetAsync(CancellationToken cancellationToken) =>
        _reading.JoinAsync(ReadAsync, cancellationToken);

    private async Task<(SystemFigures Figures, DateTimeOffset ReadAt)> ReadAsync()
    {
        var now = clock.GetUtcNow();
        // A clock that was set back must not keep old figures.
        if (_latest is { } latest && now - latest.ReadAt < MaxAge && now >= latest.ReadAt)
            return latest;

        await using var scope = scopes.CreateAsyncScope();
        var figures = await scope.ServiceProvider.GetRequiredService<SystemFiguresQuery>().ReadAsync(now, CancellationToken.None);
        _latest = (figures, now);
        return (figures, now);
    }
}
