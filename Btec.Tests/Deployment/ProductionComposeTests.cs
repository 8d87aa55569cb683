using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Btec.Tests.Documentation;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Deployment;

/// <summary>The additions of <c>deploy/compose</c> to <c>compose.yaml</c>. No engine runs them here.</summary>
public static class ProductionComposeTests
{
    private const string Balancer = "haproxy";

    private static readonly ComposeFile Compose = ComposeFile.Read();
    private static readonly ComposeFile Production = ComposeFile.ReadProduction();

    [Fact]
    public static void It_changes_services_of_compose_and_adds_the_load_balancer_alone() =>
        Assert.Equal([Balancer], Production.Services.Except(Compose.Services, StringComparer.Ordinal), StringComparer.Ordinal);

    [Fact]
    public static void Only_the_load_balancer_is_reached_from_outside()
    {
        Assert.Equal(["80:8080", "443:8443"], Production.Find<List<object>>("services", Balancer, "ports"));
        Assert.Empty(Production.Find<List<object>>("services", "api", "ports"));
        Assert.DoesNotContain("ports", Compose.Find<Dictionary<object, object>>("services", "postgres").Keys);
        Assert.DoesNotContain("ports", Compose.Find<Dictionary<object, object>>("services", "redis").Keys);
        Assert.Equal("1", Production.Find<string>("services", "api", "environment", "Proxy__TrustedHops"));
    }

    [Fact]
    public static void No_image_is_built_and_each_has_a_version()
    {
        foreach (var service in (string[])["api", "migrations"])
        {
            Assert.Contains("build", Production.Find<Dictionary<object, object>>("services", service).Keys);
            Assert.StartsWith("${BTEC_IMAGE:?", Production.Find<string>("services", service, "image"), StringComparison.Ordinal);
        }

        Assert.Matches("^docker[.]io/[a-z]+/[a-z]+:[0-9]+[.][0-9]+$", Production.Find<string>("services", Balancer, "image"));
    }

    [Fact]
    public static void The_load_balancer_knows_as_many_instances_as_there_are()
    {
        var replicas = Production.Find<string>("services", "api", "deploy", "replicas");

        var templates = Regex.Matches(
            ReadBalancer(), "server-template api (?<count>[0-9]+) api:8080", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

        Assert.Equal([replicas, replicas], templates.Select(template => template.Groups["count"].Value), StringComparer.Ordinal);
        // Several instances count attempts together.
        Assert.Equal("redis:6379", Production.Find<string>("services", "api", "environment", "ConnectionStrings__redis"));
        Assert.Equal("service_healthy", Production.Find<string>("services", "api", "depends_on", "redis", "condition"));
    }

    [Fact]
    public static void An_instance_may_finish_what_it_has_begun()
    {
        var drain = TimeSpan.Parse(Production.Find<string>("services", "api", "environment", "Server__DrainTime"), CultureInfo.InvariantCulture);
        var grace = Production.Find<string>("services", "api", "stop_grace_period");

        Assert.True(TimeSpan.FromSeconds(int.Parse(grace.TrimEnd('s'), CultureInfo.InvariantCulture)) >= drain + TimeSpan.FromSeconds(30));
    }

    [Fact]
    public static void The_example_names_every_variable() =>
        Assert.Empty(Production.Variables.Except(ComposeFile.ReadExampleVariables(), StringComparer.Ordinal).Except(["BTEC_IMAGE"], StringComparer.Ordinal));

    [Fact]
    public static async Task HAProxy_accepts_its_configuration()
    {
        const string Program = "/usr/sbin/haproxy";
        if (!File.Exists(Program))
            TestDatabase.SkipOrFail("HAProxy is not installed.");

        var folder = Directory.CreateTempSubdirectory("btec-tests-haproxy-");
        try
        {
            using var key = RSA.Create(2048);
            using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1));
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "site.pem"), $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n",
                TestContext.Current.CancellationToken);
            var file = Path.Combine(folder.FullName, "haproxy.cfg");
            await File.WriteAllTextAsync(
                file, ReadBalancer().Replace("crt /certificates/", $"crt {folder.FullName}/site.pem", StringComparison.Ordinal),
                TestContext.Current.CancellationToken);
            using var check = Process.Start(new ProcessStartInfo(Program, ["-c", "-f", file])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var said = await check.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await check.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(check.ExitCode == 0, said);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string ReadBalancer() => File.ReadAllText(Path.Combine(Documents.Root, "deploy", "compose", "haproxy.cfg"));
}
