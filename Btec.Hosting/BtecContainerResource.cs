using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting;

/// <summary>The API as a container.</summary>
internal sealed class BtecContainerResource(string name) : ContainerResource(name), IBtecResource;
