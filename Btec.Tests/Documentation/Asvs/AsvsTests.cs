namespace Btec.Tests.Documentation.Asvs;

/// <summary>docs/asvs.md, which is generated from the attributes on the tests and from the reasons.</summary>
public sealed class AsvsTests
{
    private const string Rewrite = "BTEC_WRITE_DOCS";

    private static readonly IReadOnlyList<AsvsRequirement> Requirements = AsvsRequirement.ReadAll();
    private static readonly IReadOnlyList<AsvsReason> Reasons = AsvsReason.ReadAll();
    private static readonly IReadOnlyList<AsvsEvidence> Evidence = AsvsEvidence.FindAll();

    [Fact]
    public void Every_requirement_has_a_test_or_a_reason() => Assert.Empty(
        from requirement in Requirements
        where Evidence.All(test => test.Id != requirement.Id) && !Reasons.Any(reason => reason.Covers(requirement.Id))
        select requirement.Id);

    [Fact]
    public void No_test_names_a_requirement_that_does_not_exist() => Assert.DoesNotContain(
        Evidence, test => Requirements.All(requirement => requirement.Id != test.Id));

    [Fact]
    public void The_attribute_is_on_tests_only() => Assert.Empty(AsvsEvidence.FindMisplaced());

    [Fact]
    public void A_requirement_has_a_reason_of_its_own_only_if_no_test_shows_it() => Assert.Empty(
        from reason in Reasons
        where Evidence.Any(test => test.Id == reason.Id)
        select $"{reason.Id}: remove the reason, or the attribute from the test.");

    [Fact]
    public void Every_reason_is_for_something_is_given_once_and_ends_with_a_full_stop()
    {
        Assert.Empty(
            from reason in Reasons
            where !Requirements.Any(requirement => reason.Covers(requirement.Id))
                || Reasons.Count(other => other.Id == reason.Id) > 1
                || !AsvsReason.States.Contains(reason.State, StringComparer.Ordinal)
                || !reason.Sentence.EndsWith('.')
            select reason.Id);
    }

    [Fact]
    public async Task The_page_is_what_the_tests_and_the_reasons_say()
    {
        var page = AsvsPage.Write(Requirements, Reasons, Evidence);
        var file = Path.Combine(Documents.Root, AsvsPage.File);
        if (Environment.GetEnvironmentVariable(Rewrite) is "1" or "true")
            await File.WriteAllTextAsync(file, page, TestContext.Current.CancellationToken);

        var written = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.True(
            page == written, $"{AsvsPage.File} is out of date. Run this test with {Rewrite}=1, read what has changed, and commit it.");
    }
}
