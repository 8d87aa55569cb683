using System.Text.Json;

namespace Btec.Api.Features.Passkeys;

/// <summary>The beginning of a ceremony.</summary>
/// <param name="Options">The options for the client, as JSON of Web Authentication.</param>
/// <param name="State">The state that the verification needs, with the challenge.</param>
internal sealed record CeremonyStart(JsonElement Options, string State);
