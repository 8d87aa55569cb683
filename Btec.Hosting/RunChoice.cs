using Aspire.Hosting;

namespace Btec.Hosting;

/// <summary>The way in which the backend runs, and the reason.</summary>
/// <param name="Image">The image of the container, or <see langword="null"/> if it runs as a .NET tool.</param>
/// <param name="HasContainers"><see langword="true"/> if a container runtime answers.</param>
/// <param name="Reason">The reason, as the rest of a sentence that begins with "because".</param>
internal sealed record RunChoice(string? Image, bool HasContainers, string Reason)
{
    /// <summary>The setting of the image, with registry and tag.</summary>
    public const string ImageSetting = "Btec:Image";

    /// <summary>The setting that chooses outright: <c>tool</c> or <c>container</c>.</summary>
    private const string Setting = "Btec:RunAs";

    /// <summary>Chooses a container if a container runtime answers and the image is known, otherwise the tool. What is published is always a
    /// container.</summary>
    /// <exception cref="DistributedApplicationException">A setting is missing or has an unusable value.</exception>
    public static RunChoice Make(IDistributedApplicationBuilder builder)
    {
        var image = builder.Configuration[ImageSetting] is { Length: > 0 } configured ? configured : null;
        if (builder.ExecutionContext.IsPublishMode)
            return new RunChoice(image ?? throw Missing("what is published is a container"), HasContainers: true, "it is published");

        var runtime = ContainerRuntime.From(builder.Configuration);
        // An AppHost is built in a synchronous program, mostly. Nothing else runs on its thread.
        var program = Task.Run(runtime.FindAsync).GetAwaiter().GetResult();
        return builder.Configuration[Setting] switch
        {
            "tool" => new RunChoice(null, program is not null, $"{Setting} is tool"),
            "container" => new RunChoice(image ?? throw Missing($"{Setting} is container"), HasContainers: true, $"{Setting} is container"),
            null or "" when program is null => new RunChoice(null, HasContainers: false, $"no container runtime answers ({runtime})"),
            null or "" when image is null => new RunChoice(null, HasContainers: true, $"{ImageSetting} is not set"),
            null or "" => new RunChoice(image, HasContainers: true, $"{program} answers"),
            _ => throw new DistributedApplicationException($"{Setting} must be tool or container."),
        };
    }

    private static DistributedApplicationException Missing(string reason) =>
        new($"{ImageSetting} must name the image of the BTEC Backend, such as registry.example.com/btec:1.0.0, because {reason}.");
}
