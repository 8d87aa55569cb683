using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting;

/// <summary>A Mailpit, which catches every mail and shows it. No mail reaches its recipient.</summary>
internal static class Mailpit
{
    private const string Registry = "docker.io";
    private const string Image = "axllent/mailpit";
    private const string Tag = "v1.27";

    /// <summary>The ports inside the container (mailpit.axllent.org/docs/install/docker).</summary>
    private const int SmtpPort = 1025;
    private const int WebPort = 8025;

    /// <summary>Adds the container, and returns its SMTP endpoint. Nothing needs to wait for it, because mails wait in the database.</summary>
    public static EndpointReference Add<T>(IResourceBuilder<T> parent, string name)
        where T : IResource => parent.ApplicationBuilder.AddContainer(name, Image, Tag)
            // Podman does not look up short names by default.
            .WithImageRegistry(Registry)
            .WithIconName("MailInbox")
            .WithParentRelationship(parent.Resource)
            .WithHttpEndpoint(targetPort: WebPort, name: "http")
            .WithEndpoint(targetPort: SmtpPort, name: "smtp", scheme: "smtp")
            .WithHttpHealthCheck("/livez")
            .WithUrlForEndpoint("http", url => url.DisplayText = "Inbox")
            .WithUrlForEndpoint("smtp", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            .GetEndpoint("smtp");
}
