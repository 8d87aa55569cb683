using System.Text.Json;
using Btec.Data.Keys;

namespace Btec.Api.Features.Passkeys;

/// <summary>A challenge that has been stored, with the options for the client.</summary>
internal sealed record PasskeyStart(Secret ChallengeId, JsonElement Options);
