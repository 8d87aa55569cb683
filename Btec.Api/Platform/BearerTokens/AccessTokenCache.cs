using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Validates bearer tokens, and remembers those that were found good: the signature of one token needs to be checked but
/// once under one set of keys. Its times are checked on every request, as are its session and its user.</summary>
internal sealed class AccessTokenCache(IKeySource keys, AccessTokenReader reader) : JsonWebTokenHandler
{
    /// <summary>Tokens that are remembered, of some 4 KiB each: twice this in the worst case.</summary>
    private const int MaxYoung = 1000;

    private ConcurrentDictionary<string, Entry> _young = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, Entry> _old = new(StringComparer.Ordinal);

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        // Before the token is validated: under whichever keys come meanwhile it is validated again.
        var ring = keys.Current;
        if (Find(token) is { } known && ReferenceEquals(known.Ring, ring) && reader.IsWithinLifetime(known.Result.SecurityToken))
            return known.Result;

        var result = await base.ValidateTokenAsync(token, validationParameters);
        if (result.IsValid)
            Keep(token, new Entry(result, ring));

        return result;
    }

    private Entry? Find(string token)
    {
        if (_young.TryGetValue(token, out var known))
            return known;

        if (_old.TryGetValue(token, out known))
            Keep(token, known);

        return known;
    }

    /// <summary>What has not been used since the young ones were last full is forgotten.</summary>
    private void Keep(string token, Entry entry)
    {
        if (_young.Count >= MaxYoung)
            (_old, _young) = (_young, new ConcurrentDictionary<string, Entry>(StringComparer.Ordinal));

        _young[token] = entry;
    }

    private sealed record Entry(TokenValidationResult Result, KeyRing Ring);
}
