namespace Btec.AppHost;

/// <summary>Catches every mail of the system and shows it: nothing leaves this machine.</summary>
internal static class MailInbox
{
    private const string Image = "axllent/mailpit";
    private const string Tag = "v1.27";

    /// <summary>Ports inside the container, as its documentation has them.</summary>
    private const int SmtpPort = 1025;
    private const int WebPort = 8025;

    /// <summary>Sends the API's mails to Mailpit. Without it, where there are no containers, the API writes them to files. The API does
    /// not wait for it: its mails do.</summary>
    public static IResourceBuilder<ProjectResource> WithMailInbox(this IResourceBuilder<ProjectResource> api)
    {
        var mailpit = api.ApplicationBuilder.AddContainer("mailpit", Image, Tag)
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
