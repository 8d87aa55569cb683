namespace Btec.AppHost;

/// <summary>The superuser that a new database of Development gets, so that a newcomer can open /admin at once. The dashboard shows the address
/// and the password as parameters of the AppHost.</summary>
internal static class FirstSuperuser
{
    /// <summary>An address of a domain that nobody can have (RFC 2606 section 2), so no mail of Development reaches a stranger.</summary>
    private const string Address = "superuser@btec.example";

    /// <summary>Has the worker create the superuser. The password is kept in the user secrets of the AppHost, because the database keeps the
    /// user.</summary>
    public static IResourceBuilder<ProjectResource> WithFirstSuperuser(this IResourceBuilder<ProjectResource> migrations)
    {
        var builder = migrations.ApplicationBuilder;
        var email = builder.AddParameter("superuser-email", Address);
        var password = builder.AddParameter(
            "superuser-password", new GenerateParameterDefault { MinLength = 20, Special = false }, secret: true, persist: true);
        return migrations
            .WithEnvironment("FirstSuperuser__Email", email)
            .WithEnvironment("FirstSuperuser__Password", password);
    }
}
