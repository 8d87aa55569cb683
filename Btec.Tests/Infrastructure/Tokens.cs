using System.Text.Json;

namespace Btec.Tests.Infrastructure;

/// <summary>The tokens that a login or a refresh returned.</summary>
public sealed record Tokens(string Access, string Refresh, long ExpiresIn, long RefreshExpiresIn)
{
    public string SessionId => TokenForge.Open(Access).Claims.GetProperty("sid").GetString()!;

    public static Tokens From(JsonElement answer) => new(
        answer.GetProperty("access_token").GetString()!,
        answer.GetProperty("refresh_token").GetString()!,
        answer.GetProperty("expires_in").GetInt64(),
        answer.GetProperty("refresh_expires_in").GetInt64());
}
