using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting;

/// <summary>A client of the authorization server, as an AppHost declares it. Without more, it is public, and people are asked for their
/// consent.</summary>
public sealed class BtecClientDeclaration
{
    private readonly Dictionary<string, object> _single = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<object>> _lists = new(StringComparer.Ordinal);

    internal BtecClientDeclaration(string id) => _single["Id"] = id;

    /// <summary>Sets the name that people see.</summary>
    public BtecClientDeclaration Named(string name) => Set("Name", name);

    /// <summary>Makes the client confidential.</summary>
    public BtecClientDeclaration WithSecret(IResourceBuilder<ParameterResource> secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return Set("Secret", secret.Resource);
    }

    /// <summary>Trusts the client as a part of this system: people are not asked for their consent, and its tokens open the API.</summary>
    public BtecClientDeclaration FirstParty() => Set("FirstParty", "true");

    /// <summary>Lets the client ask whether tokens are active.</summary>
    public BtecClientDeclaration MayIntrospect() => Set("MayIntrospect", "true");

    /// <summary>Adds a redirect URI.</summary>
    public BtecClientDeclaration RedirectTo(EndpointReference endpoint, string path) =>
        Add("RedirectUris", JoinForBrowser(endpoint, path));

    /// <summary>Adds a redirect URI.</summary>
    public BtecClientDeclaration RedirectTo(string uri) => Add("RedirectUris", uri);

    /// <summary>Adds an address to which a browser may return after it has signed out.</summary>
    public BtecClientDeclaration ReturnTo(EndpointReference endpoint, string path) =>
        Add("PostLogoutRedirectUris", JoinForBrowser(endpoint, path));

    /// <summary>Adds scopes. Without any, the client may ask for openid, profile, email and offline_access.</summary>
    public BtecClientDeclaration WithScopes(params string[] scopes) => AddAll("Scopes", scopes);

    /// <summary>Adds grant types, such as <c>client_credentials</c>. Without any, the client has authorization codes and refresh tokens.</summary>
    public BtecClientDeclaration WithGrantTypes(params string[] grantTypes) => AddAll("GrantTypes", grantTypes);

    /// <summary>Adds services for which the client may ask for tokens, as absolute URIs (RFC 8707).</summary>
    public BtecClientDeclaration WithResources(params string[] resources) => AddAll("Resources", resources);

    internal void Write(string prefix, IDictionary<string, object> environment)
    {
        foreach (var (name, value) in _single)
            environment[prefix + name] = value;

        foreach (var (name, values) in _lists)
        {
            for (var index = 0; index < values.Count; index++)
                environment[$"{prefix}{name}__{index}"] = values[index];
        }
    }

    /// <summary>Joins the address for browsers, which is not the one that a container would use, and a path.</summary>
    private static ReferenceExpression JoinForBrowser(EndpointReference endpoint, string path)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var forBrowser = new EndpointReference(endpoint.Resource, endpoint.EndpointName, KnownNetworkIdentifiers.LocalhostNetwork);
        return ReferenceExpression.Create($"{forBrowser}{path}");
    }

    private BtecClientDeclaration Set(string name, object value)
    {
        _single[name] = value;
        return this;
    }

    private BtecClientDeclaration AddAll(string name, string[] values)
    {
        foreach (var value in values)
            Add(name, value);

        return this;
    }

    private BtecClientDeclaration Add(string name, object value)
    {
        if (!_lists.TryGetValue(name, out var list))
            _lists[name] = list = [];

        list.Add(value);
        return this;
    }
}
