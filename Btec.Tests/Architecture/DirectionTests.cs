using System.Reflection;
using System.Text.RegularExpressions;
using Btec.Api.Platform.Errors;
using Btec.Data.Model;
using NetArchTest.Rules;
using TestResult = NetArchTest.Rules.TestResult;

namespace Btec.Tests.Architecture;

/// <summary>The directions of dependencies that docs/architecture.md describes.</summary>
public sealed class DirectionTests
{
    private const string Features = "Btec.Api.Features";
    private const string Platform = "Btec.Api.Platform";
    private const string Mail = "Btec.Api.Mail";
    private const string Http = "Microsoft.AspNetCore.Http";
    private const string EntityFramework = "Microsoft.EntityFrameworkCore";
    private const string Npgsql = "Npgsql";

    private static readonly Assembly s_api = typeof(AuthError).Assembly;
    private static readonly Assembly s_data = typeof(BtecDbContext).Assembly;

    public static TheoryData<string> FeatureNames => [.. FoldersOf(Features)];

    [Fact]
    public void The_platform_imports_no_feature() =>
        AssertHolds(Types.InAssembly(s_api).That().ResideInNamespace(Platform).ShouldNot().HaveDependencyOnAny(Features, Mail).GetResult());

    [Fact]
    public void The_folders_of_the_platform_form_no_cycle()
    {
        var uses = FoldersOf(Platform).ToDictionary(
            folder => folder,
            folder => FoldersOf(Platform)
                .Where(other => other != folder && !Types.InAssembly(s_api)
                    .That().ResideInNamespace($"{Platform}.{folder}")
                    .ShouldNot().HaveDependencyOnAny($"{Platform}.{other}").GetResult().IsSuccessful)
                .ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal);

        // What uses only folders that are taken away already cannot be part of a cycle.
        while (uses.FirstOrDefault(folder => !folder.Value.Overlaps(uses.Keys)) is { Key: { } free })
            uses.Remove(free);

        Assert.True(
            uses.Count == 0,
            $"These folders use each other: {string.Join("; ", uses.Select(folder => $"{folder.Key} uses {string.Join(", ", folder.Value.Intersect(uses.Keys, StringComparer.Ordinal))}"))}.");
    }

    [Theory]
    [MemberData(nameof(FeatureNames))]
    public void A_feature_uses_no_endpoints_of_another(string feature)
    {
        var endpoints = s_api.GetTypes()
            .Where(type => type.Name.EndsWith("Endpoints", StringComparison.Ordinal) && FolderOf(type, Features) is { } owner && owner != feature)
            .Select(type => type.FullName!)
            .ToArray();

        AssertHolds(Types.InAssembly(s_api)
            .That().ResideInNamespaceMatching($@"^{Regex.Escape(Features)}\.{feature}(\.|$)").ShouldNot().HaveDependencyOnAny(endpoints).GetResult());
    }

    [Fact]
    public void Services_know_no_HTTP() => AssertHolds(Types.InAssembly(s_api)
        .That().ResideInNamespace(Features).And().HaveNameEndingWith("Service")
        .ShouldNot().HaveDependencyOnAny([Http, typeof(ProblemStatus).FullName!, typeof(ProblemResult).FullName!, .. MessagesOf("Request"), .. MessagesOf("Response")])
        .GetResult());

    [Fact]
    public void Endpoints_know_no_database() => AssertHolds(Types.InAssembly(s_api)
        .That().ResideInNamespace(Features).And().HaveNameEndingWith("Endpoints")
        .ShouldNot().HaveDependencyOnAny(EntityFramework, Npgsql, typeof(BtecDbContext).FullName!)
        .GetResult());

    [Fact]
    public void Npgsql_is_used_in_the_data_layer_alone() =>
        AssertHolds(Types.InAssembly(s_api).ShouldNot().HaveDependencyOnAny(Npgsql).GetResult());

    [Fact]
    public void The_data_layer_knows_no_web_framework() =>
        AssertHolds(Types.InAssembly(s_data).ShouldNot().HaveDependencyOnAny("Microsoft.AspNetCore").GetResult());

    private static void AssertHolds(TestResult result) => Assert.True(
        result.IsSuccessful,
        $"These types break the rule: {string.Join("; ", (result.FailingTypes ?? []).Select(type => $"{type.FullName}: {type.Explanation}"))}.");

    private static string[] MessagesOf(string suffix) =>
    [
        .. s_api.GetTypes()
            .Where(type => type.Name.EndsWith(suffix, StringComparison.Ordinal) && FolderOf(type, Features) is not null)
            .Select(type => type.FullName!),
    ];

    private static IEnumerable<string> FoldersOf(string root) =>
        s_api.GetTypes().Select(type => FolderOf(type, root)).OfType<string>().Distinct(StringComparer.Ordinal);

    private static string? FolderOf(Type type, string root) =>
        type.Namespace?.StartsWith($"{root}.", StringComparison.Ordinal) == true ? type.Namespace[(root.Length + 1)..].Split('.')[0] : null;
}
