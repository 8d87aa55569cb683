using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting;

/// <summary>The BTEC Backend in the graph of an AppHost: a container or a .NET tool. Services that reference it find it by its name, as
/// <c>https+http://auth</c>.</summary>
public interface IBtecResource
    : IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithServiceDiscovery, IResourceWithWaitSupport;
