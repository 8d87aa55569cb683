using Btec.Data.Signing;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Distributed;

[Collection(DistributedTests.Name)]
public sealed class KeyRotationTests
{
    [Fact]
    public async Task With_ES256_a_new_key_is_published()
    {
        await using var system = await BtecSystem.StartAsync(SystemKind.Sqlite, algorithm: "ES256");
        await system.WaitUntilHealthyAsync("api");
        var before = await system.Client.GetKeyIdsAsync();

        var rotate = await system.SucceedAsync("api", "rotate-signing-key");

        await Task.Delay(SigningKeySchedule.MaxCacheAge, TestContext.Current.CancellationToken);
        var after = await system.Client.GetKeyIdsAsync();
        Assert.Equal(before, after.SkipLast(1), StringComparer.Ordinal);
        Assert.StartsWith($"Key {after[^1]} is published", rotate.Data!.Value, StringComparison.Ordinal);
    }
}
