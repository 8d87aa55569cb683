using System.Globalization;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.OAuthClients;

/// <summary>Applies the rules of <see cref="ClientRules"/> and <see cref="UriRules"/> to the entries of a list.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidClientListAttribute(ClientList kind) : MemberRuleAttribute
{
    public ClientList Kind => kind;

    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings)
    {
        ArgumentNullException.ThrowIfNull(surroundings);
        var entries = (IReadOnlyList<string?>)value;
        var limit = kind switch
        {
            ClientList.Scopes => ClientRules.MaxScopes,
            ClientList.GrantTypes => GrantTypes.All.Count,
            _ => ClientRules.MaxUris,
        };
        if (entries.Count > limit)
            return [$"Use at most {limit}."];

        var scopes = surroundings.Context.RequestServices.GetRequiredService<ScopeRules>();
        return entries
            .Select((entry, index) => (Number: index + 1, Fault: entry is null ? "Must be a string, not null." : FindFault(entry, scopes)))
            .Where(entry => entry.Fault is not null)
            .Select(entry => string.Create(CultureInfo.InvariantCulture, $"Number {entry.Number}: {entry.Fault}"));
    }

    private string? FindFault(string entry, ScopeRules scopes) => kind switch
    {
        ClientList.RedirectUris => UriRules.FindRedirectFault(entry),
        ClientList.Resources => UriRules.FindResourceFault(entry),
        ClientList.GrantTypes => ClientRules.FindGrantTypeFault(entry),
        _ => scopes.Names.Contains(entry, StringComparer.Ordinal) ? null : $"Use {string.Join(", ", scopes.Names)}.",
    };
}

/// <summary>The kinds of lists that a client has.</summary>
internal enum ClientList
{
    RedirectUris,
    Resources,
    Scopes,
    GrantTypes,
}
