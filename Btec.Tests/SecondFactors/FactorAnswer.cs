using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.SecondFactors;

/// <summary>The answer to a request.</summary>
/// <param name="Outcome"><c>ok</c>, or the code of the error.</param>
internal sealed record FactorAnswer(string Outcome, JsonElement Body)
{
    public static async Task<FactorAnswer> ReadAsync(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var body = text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
        return new FactorAnswer(response.IsSuccessStatusCode ? FactorModel.Ok : body.GetProperty("code").GetString()!, body);
    }
}

/// <summary>The text that somebody enters as a second factor, and its meaning in the model.</summary>
internal sealed record FactorProof(string Text, ModelProof Meaning);

/// <summary>An authenticator application, as its owner holds it.</summary>
internal sealed record HeldAuthenticator(TestAuthenticator Device, ModelAuthenticator Model);
