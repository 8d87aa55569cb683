using System.Text.Json;
using Btec.Api.Platform.Clients;

namespace Btec.Api.Features.OAuthClients;

/// <summary>The members of a client that exclude each other.</summary>
internal static class ClientConflict
{
    /// <summary>Returns the faults by the names on the wire.</summary>
    public static IReadOnlyDictionary<string, string[]> Find(RegisteredClient client) => ClientRules.FindConflicts(client)
        .GroupBy(conflict => JsonNamingPolicy.SnakeCaseLower.ConvertName(conflict.Property), StringComparer.Ordinal)
        .ToDictionary(member => member.Key, member => member.Select(conflict => conflict.Fault).ToArray(), StringComparer.Ordinal);
}
