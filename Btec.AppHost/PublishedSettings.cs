namespace Btec.AppHost;

/// <summary>What only whoever deploys knows, as parameters of what is published. Each may stay empty.</summary>
internal static class PublishedSettings
{
    /// <summary>The SMTP server, on its usual port with STARTTLS, and the address that mailed links begin with.</summary>
    public static void WithMailParameters(this IResourceBuilder<ProjectResource> api)
    {
        api.WithParameter("PublicUrl", "public-url");
        api.WithParameter("Mail__Host", "mail-host");
        api.WithParameter("Mail__From", "mail-from");
        api.WithParameter("Mail__UserName", "mail-user-name");
        api.WithParameter("Mail__Password", "mail-password", secret: true);
    }

    /// <summary>Who is to be the first superuser, and is mailed a link to set the password.</summary>
    public static void WithFirstSuperuserParameter(this IResourceBuilder<ProjectResource> migrations) =>
        migrations.WithParameter("FirstSuperuser__Email", "first-superuser-email");

    private static void WithParameter(this IResourceBuilder<ProjectResource> project, string setting, string name, bool secret = false) =>
        project.WithEnvironment(setting, project.ApplicationBuilder.AddParameter(name, "", secret: secret));
}
