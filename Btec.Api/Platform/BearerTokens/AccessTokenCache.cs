using System.Collections.Concurrent;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Validates bearer tokens and caches valid ones, so that a signature is verified once under one set of keys
/// (docs/decisions/0009). Lifetime, session and user are still checked on every request.</summary>
internal sealed class AccessTokenCache(AccessTokenKeys keys, AccessTokenReader reader)
{
    /// <summary>The maximum number of tokens in each of the two generations. A token takes about 4 KiB, so both together take
    /// at most 8 MiB.</summary>
    private const int MaxYoung = 1000;

    private ConcurrentDictionary<string, Entry> _young = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, Entry> _old = new(StringComparer.Ordinal);

    /// <summary>Validates a token. Its keys have been loaded.</summary>
    public async ValueTask<ValidatedToken> ValidateAsync(string token)
    {
        // Read before the validation: if the keys change meanwhile, the token is validated again under the new ones.
        var rings = keys.Current;
        if (Find(token) is { } known && rings.Contains(known.Ring) && reader.IsWithinLifetime(known.Token.Result.SecurityToken))
            return known.Token;

        var validated = await reader.ValidateAsync(token);
        if (validated.Result.IsValid && rings.FindRing(validated.Result.SecurityToken.SigningKey) is { } ring)
            Keep(token, new Entry(validated, ring));

        return validated;
    }

    private Entry? Find(string token)
    {
        if (_young.TryGetValue(token, out var known))
            return known;

        if (_old.TryGetValue(token, out known))
            Keep(token, known);

        return known;
    }

    /// <summary>Adds a token to the young generation. When that is full it becomes the old one, and the previous old one is
    /// dropped.</summary>
    private void Keep(string token, Entry entry)
    {
        if (_young.Count >= MaxYoung)
            (_old, _young) = (_young, new ConcurrentDictionary<string, Entry>(StringComparer.Ordinal));

        _young[token] = entry;
    }

    private sealed record Entry(ValidatedToken Token, KeyRing Ring);
}
