using Btec.Hosting;

namespace Btec.AppHost;

/// <summary>The Mailpit that catches every mail of the system.</summary>
internal static class MailInbox
{
    /// <summary>Sends the mails of the API to Mailpit. Without it the API writes them to files.</summary>
    public static IResourceBuilder<ProjectResource> WithMailInbox(this IResourceBuilder<ProjectResource> api)
    {
        var smtp = Mailpit.Add(api, "mailpit");
        return api
            .WithEnvironment("Mail__Host", smtp.Property(EndpointProperty.Host))
            .WithEnvironment("Mail__Port", smtp.Property(EndpointProperty.Port))
            .WithEnvironment("Mail__Security", "None");
    }
}
