using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.ExternalProviders;

/// <summary>A person who signs in at the provider of the tests, and how the provider lies about them.</summary>
internal sealed record PersonAtProvider
{
    private static int s_count;

    public string Subject { get; init; } = $"subject-{Interlocked.Increment(ref s_count)}";

    public string? Email { get; init; } = ApiMoves.NewEmail();

    /// <summary>The claim <c>email_verified</c>, of whatever type; <see langword="null"/> to leave it out.</summary>
    public JsonNode? EmailVerified { get; init; } = true;

    public string? Name { get; init; }

    /// <summary>Changes the claims of the id token.</summary>
    public Action<JsonObject>? ChangeClaims { get; init; }

    /// <summary>Changes the header of the id token.</summary>
    public Action<JsonObject>? ChangeHeader { get; init; }

    /// <summary>Signs the id token in place of the provider.</summary>
    public Func<byte[], byte[]>? Sign { get; init; }

    /// <summary>The answer of the token endpoint in place of its own.</summary>
    public Func<Microsoft.AspNetCore.Http.HttpContext, Task>? Answer { get; init; }

    /// <summary>The answer of the userinfo endpoint. If it is set, the id token has no address.</summary>
    public JsonObject? UserInfo { get; init; }

    /// <summary>The answer of GitHub's API to /user/emails.</summary>
    public JsonArray? Emails { get; init; }
}
