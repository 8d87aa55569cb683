using Btec.Data.Keys;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Distributed;

[Collection(DistributedTests.Name)]
public sealed class KeyRotationTests(ExternalSystem shared) : SharedSystemTests(shared)
{
    [Fact]
    public async Task With_ES256_a_new_key_is_published()
    {
        var before = await System.Client.GetKeyIdsAsync();

        var rotate = await System.SucceedAsync("api", "rotate-signing-key");

        await Task.Delay(SigningKeySchedule.MaxCacheAge, TestContext.Current.CancellationToken);
        var after = await System.Client.GetKeyIdsAsync();
        Assert.Equal(before, after.SkipLast(1), StringComparer.Ordinal);
        Assert.StartsWith($"Key {after[^1]} (ES256) is published", rotate.Data!.Value, StringComparison.Ordinal);
    }
}
