using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting;

/// <summary>The API as a .NET tool, which needs the .NET SDK and no container runtime.</summary>
internal sealed class BtecToolResource(string name) : DotnetToolResource(name, BtecPackages.Api), IBtecResource;
