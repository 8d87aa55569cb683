namespace Btec.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void The_suite_runs() => Assert.True(true);
}
