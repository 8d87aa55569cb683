using Btec.Api.Platform.Clients;
using Btec.Data.Keys;

namespace Btec.Api.Features.OAuthClients;

/// <summary>A client as superusers see it.</summary>
/// <param name="Client">The client.</param>
/// <param name="CreatedAt">The time of its registration, or <see langword="null"/> for a client of the configuration.</param>
internal sealed record ListedClient(RegisteredClient Client, DateTimeOffset? CreatedAt);

/// <summary>A client with a secret that was just made.</summary>
/// <param name="Listed">The client.</param>
/// <param name="Secret">The secret, or <see langword="null"/> for a public client.</param>
internal sealed record ClientWithSecret(ListedClient Listed, Secret? Secret);
