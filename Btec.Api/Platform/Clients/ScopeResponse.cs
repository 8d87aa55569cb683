namespace Btec.Api.Platform.Clients;

/// <summary>A scope, with what it means to a user.</summary>
public sealed record ScopeResponse
{
    /// <summary>The scope.</summary>
    public required string Name { get; init; }

    /// <summary>The permission that it gives to a client.</summary>
    public required string Description { get; init; }

    internal static ScopeResponse From(string name, ScopeRules scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        return new ScopeResponse { Name = name, Description = scopes.Describe(name) };
    }
}
