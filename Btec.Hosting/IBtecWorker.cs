using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting;

/// <summary>The migration worker: a container or a .NET tool.</summary>
internal interface IBtecWorker : IResourceWithEnvironment, IResourceWithWaitSupport;

/// <summary>The worker as a .NET tool.</summary>
internal sealed class WorkerToolResource(string name) : DotnetToolResource(name, BtecPackages.Migrations), IBtecWorker;

/// <summary>The worker as a container.</summary>
internal sealed class WorkerContainerResource(string name) : ContainerResource(name), IBtecWorker;
