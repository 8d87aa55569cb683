namespace Btec.Tests.Distributed;

/// <summary>The base of tests on a shared system.</summary>
public abstract class SharedSystemTests(SharedSystem shared) : IAsyncLifetime
{
    private BtecSystem? _system;

    internal BtecSystem System => _system!;

    public async ValueTask InitializeAsync() => _system = await shared.GetAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
