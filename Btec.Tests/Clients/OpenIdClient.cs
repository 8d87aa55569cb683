using System.Text.Json;

namespace Btec.Tests.Clients;

/// <summary>The program openid.mjs.</summary>
internal sealed class OpenIdClient(NodeProgram program) : IAsyncDisposable
{
    public Task<JsonElement> AskAsync(object command) => program.AskAsync(command);

    public async Task<JsonElement> DoAsync(object command)
    {
        var answer = await program.AskAsync(command);
        Assert.True(answer.TryGetProperty("ok", out var result), answer.GetRawText());
        return result;
    }

    public async Task AssertErrorAsync(object command, string error)
    {
        var answer = await program.AskAsync(command);
        Assert.True(answer.TryGetProperty("oauth_error", out var code), answer.GetRawText());
        Assert.Equal(error, code.GetString());
    }

    public ValueTask DisposeAsync() => program.DisposeAsync();
}

/// <summary>The answers of the program.</summary>
internal static class OpenIdAnswers
{
    public static string Read(this JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
