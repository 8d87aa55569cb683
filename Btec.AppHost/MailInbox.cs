namespace Btec.AppHost;

/// <summary>The Mailpit that catches every mail of the system and shows it. No mail reaches its recipient.</summary>
internal static class MailInbox
{
    private const string Registry = "docker.io";
    private const string Image = "axllent/mailpit";
    private const string Tag = "v1.27";

    /// <summary>The ports inside the container (mailpit.axllent.org/docs/install/docker).</summary>
    private const int SmtpPort = 1025;
    private const int WebPort = 8025;

    /// <summary>Sends the mails of the API to Mailpit. Without it the API writes them to files. The API does not wait for Mailpit,
    /// because its outbox does.</summary>
    public static IResourceBuilder<ProjectResource> WithMailInbox(this IResourceBuilder<ProjectResource> api)
    {
        var mailpit = api.ApplicationBuilder.AddContainer("mailpit", Image, Tag)
            // Podman does not look up short names by default.
            .WithImageRegistry(Registry)
            .WithIconName("MailInbox")
            .WithParentRelationship(api)
            .WithHttpEndpoint(targetPort: WebPort, name: "http")
            .WithEndpoint(targetPort: SmtpPort, name: "smtp", scheme: "smtp")
            .WithHttpHealthCheck("/livez")
            .WithUrlForEndpoint("http", url => url.DisplayText = "Inbox")
            .WithUrlForEndpoint("smtp", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly);
        var smtp = mailpit.GetEndpoint("smtp");

        return api
            .WithEnvironment("Mail__Host", smtp.Property(EndpointProperty.Host))
            .WithEnvironment("Mail__Port", smtp.Property(EndpointProperty.Port))
            .WithEnvironment("Mail__Security", "None");
    }
}
