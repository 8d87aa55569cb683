using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting;

/// <summary>The state that the methods that configure one backend share.</summary>
internal sealed class BtecState : IResourceAnnotation
{
    /// <summary>Gets the name of the backend.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the way in which the backend runs.</summary>
    public required RunChoice Run { get; init; }

    /// <summary>The folder of the backend's files during development.</summary>
    public required string Folder { get; init; }

    public required IResourceBuilder<IBtecWorker> Migrations { get; init; }

    /// <summary>The database, or <see langword="null"/> until <c>WithReference</c> names one.</summary>
    public BtecDatabase? Database { get; set; }

    /// <summary><see langword="true"/> if a volume keeps the files of the containers.</summary>
    public bool HasVolume { get; set; }

    public HashSet<string> Clients { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Users { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<string> Roles { get; } = [];
}
