namespace Btec.Tests.Samples;

/// <summary>The packages of this commit, packed once for the tests that look at them and the one that uses them.</summary>
public sealed class SharedFeed : IDisposable
{
    private PackageFeed? _feed;

    /// <summary>Packs them, unless that has been done.</summary>
    internal async Task<PackageFeed> GetAsync() => _feed ??= await PackageFeed.PackAsync();

    public void Dispose() => _feed?.Dispose();
}

[CollectionDefinition(Name)]
public sealed class PackedTests : ICollectionFixture<SharedFeed>
{
    public const string Name = "packed";
}
