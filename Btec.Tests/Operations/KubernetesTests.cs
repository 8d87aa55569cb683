using Btec.ServiceDefaults;
using Btec.Tests.Documentation;
using k8s;
using k8s.Models;

namespace Btec.Tests.Operations;

/// <summary>The manifests in <c>deploy/kubernetes</c>, read strictly: a member that the Kubernetes API does not have is an error.</summary>
public static class KubernetesTests
{
    private static readonly List<object> Manifests =
    [
        .. Directory.GetFiles(OperationFiles.PathOf("deploy/kubernetes"), "*.yaml").Order(StringComparer.Ordinal)
            .SelectMany(file => KubernetesYaml.LoadAllFromString(File.ReadAllText(file), strict: true)),
    ];

    private static readonly V1Deployment Api = Manifests.OfType<V1Deployment>().Single();

    private static readonly V1PodTemplateSpec[] Workers =
        [Manifests.OfType<V1Job>().Single().Spec.Template, Manifests.OfType<V1CronJob>().Single().Spec.JobTemplate.Spec.Template];

    private static IEnumerable<V1PodTemplateSpec> Pods => [Api.Spec.Template, .. Workers];

    [Fact]
    public static void Every_manifest_is_in_the_namespace()
    {
        var name = Manifests.OfType<V1Namespace>().Single().Metadata.Name;

        Assert.All(
            Manifests.Where(manifest => manifest is not V1Namespace).Cast<IMetadata<V1ObjectMeta>>(),
            manifest => Assert.Equal(name, manifest.Metadata.NamespaceProperty));
    }

    [Fact]
    public static void No_pod_runs_as_root_writes_to_its_image_or_has_a_capability() => Assert.All(Pods, pod =>
    {
        Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile.Type);
        Assert.False(pod.Spec.AutomountServiceAccountToken);
        var container = Assert.Single(pod.Spec.Containers);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.True(container.Resources.Limits.ContainsKey("memory"));
        Assert.Equal(["/tmp"], container.VolumeMounts.Select(mount => mount.MountPath), StringComparer.Ordinal);
        Assert.Equal(
            container.VolumeMounts.Select(mount => mount.Name), pod.Spec.Volumes.Select(volume => volume.Name), StringComparer.Ordinal);
    });

    [Fact]
    public static void The_API_and_the_worker_have_the_same_image_and_the_worker_its_commands()
    {
        Assert.Single(Pods.Select(pod => pod.Spec.Containers[0].Image).Distinct(StringComparer.Ordinal));
        Assert.Null(Api.Spec.Template.Spec.Containers[0].Command);
        Assert.Equal(
            ["dotnet Btec.MigrationService.dll", "dotnet Btec.MigrationService.dll --verify-audit"],
            Workers.Select(pod => string.Join(' ', pod.Spec.Containers[0].Command)),
            StringComparer.Ordinal);
        Assert.All(Workers, pod => Assert.Equal("Never", pod.Spec.RestartPolicy));
    }

    [Fact]
    public static void The_probes_ask_the_paths_of_the_API_on_its_port()
    {
        var container = Api.Spec.Template.Spec.Containers[0];

        Assert.Equal(
            [ServiceDefaultsExtensions.AlivePath, ServiceDefaultsExtensions.HealthPath, ServiceDefaultsExtensions.AlivePath],
            new[] { container.LivenessProbe, container.ReadinessProbe, container.StartupProbe }.Select(probe => probe.HttpGet.Path),
            StringComparer.Ordinal);
        Assert.Equal(8080, container.Ports.Single(port => port.Name == "http").ContainerPort);
        // A pod finishes its requests after the pause, before it is killed.
        Assert.True(Api.Spec.Template.Spec.TerminationGracePeriodSeconds >= container.Lifecycle.PreStop.Sleep.Seconds + 30);
    }

    [Fact]
    public static void Whatever_selects_the_API_selects_its_pods()
    {
        var labels = Api.Spec.Template.Metadata.Labels;

        Assert.Equal(labels, Api.Spec.Selector.MatchLabels);
        Assert.Equal(labels, Manifests.OfType<V1Service>().Single().Spec.Selector);
        Assert.Equal(labels, Manifests.OfType<V1PodDisruptionBudget>().Single().Spec.Selector.MatchLabels);
        Assert.All(
            Manifests.OfType<V1NetworkPolicy>().Where(policy => policy.Spec.PodSelector.MatchLabels is not null)
                .SelectMany(policy => policy.Spec.PodSelector.MatchLabels),
            selected => Assert.Equal(selected.Value == "api" ? "api" : "btec", selected.Value));
        var autoscaler = Manifests.OfType<V2HorizontalPodAutoscaler>().Single().Spec;
        Assert.Equal(Api.Metadata.Name, autoscaler.ScaleTargetRef.Name);
        Assert.Null(Api.Spec.Replicas);
        Assert.True(autoscaler.MinReplicas >= 2);
    }

    [Fact]
    public static void The_network_policy_admits_the_ports_of_the_API_and_nothing_else_comes_in()
    {
        var policies = Manifests.OfType<V1NetworkPolicy>().ToList();
        var ports = Api.Spec.Template.Spec.Containers[0].Ports.Select(port => $"{port.ContainerPort}").Order(StringComparer.Ordinal);

        var admitted = policies.SelectMany(policy => policy.Spec.Ingress ?? []).SelectMany(rule => rule.Ports)
            .Select(port => port.Port.Value);

        Assert.Equal(ports, admitted.Order(StringComparer.Ordinal));
        Assert.Contains(policies, policy => policy.Spec.PodSelector.MatchLabels is null
            && policy.Spec.PolicyTypes.SequenceEqual(["Ingress", "Egress"], StringComparer.Ordinal));
    }

    [Fact]
    public static void Every_setting_exists_and_the_metrics_have_the_port_of_the_container()
    {
        var documented = Documents.ReadRows("docs/configuration.md", "setting", "default", "meaning")
            .Select(row => Documents.ReadCode(row[0])).ToHashSet(StringComparer.Ordinal);
        var settings = Manifests.OfType<V1ConfigMap>().Single().Data;
        var secrets = Manifests.OfType<V1Secret>().ToList();

        var named = settings.Keys.Concat(secrets.SelectMany(secret => secret.StringData.Keys))
            .Where(name => !name.StartsWith("DOTNET_", StringComparison.Ordinal))
            .Select(name => name.Replace("__", ":", StringComparison.Ordinal));

        Assert.Empty(named.Except(documented, StringComparer.Ordinal));
        var metrics = Api.Spec.Template.Spec.Containers[0].Ports.Single(port => port.Name == "metrics").ContainerPort;
        Assert.Equal($"0.0.0.0:{metrics}", settings["Metrics__Listen"]);
        Assert.Equal(
            secrets.Select(secret => secret.Metadata.Name).Order(StringComparer.Ordinal),
            Pods.SelectMany(pod => pod.Spec.Containers[0].EnvFrom).Where(source => source.SecretRef is not null)
                .Select(source => source.SecretRef.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }
}
