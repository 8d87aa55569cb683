using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Btec.Data.Keys;

/// <summary>Refuses a signing key, current or previous, that is too short or a sample, and in Production whatever is not
/// random.</summary>
/// <remarks>A previous key is as powerful as the current one: it still opens sessions, and rows of it are trusted.</remarks>
internal sealed class SigningKeyValidator(IConfiguration configuration, IHostEnvironment environment) : IValidateOptions<JwtOptions>
{
    private const string Current = $"{JwtOptions.SectionName}:{nameof(JwtOptions.SigningKey)}";
    private const string Previous = $"{JwtOptions.SectionName}:{nameof(JwtOptions.PreviousSigningKeys)}";

    /// <summary>The maximum number of previous keys. An estimate: each unknown token and each row from before key ids is tried with
    /// all of them, and nobody changes the key more often than every few days.</summary>
    private const int MaxPrevious = 10;

    public ValidateOptionsResult Validate(string? name, JwtOptions options)
    {
        if (options.SigningKey is not { } current)
            return ValidateOptionsResult.Fail($"{Current} is not set. Set it to a random secret of at least 32 bytes.");

        List<string> faults = [.. FindFaults(current)];
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    private IEnumerable<string> FindFaults(Secret current)
    {
        if (SigningKeyRules.FindFault(Current, current, environment.IsProduction()) is { } fault)
            yield return fault;

        // From the configuration, because the options do not know the name of each entry.
        var section = configuration.GetSection(Previous);
        if (SecretConverter.Read(section.Value) is not null)
            yield return $"{Previous} is not a list. Set {Previous}:0 and so on.";

        var previous = section.GetChildren()
            .Select(entry => (Setting: entry.Path, Key: SecretConverter.Read(entry.Value)))
            .Where(entry => entry.Key is not null).ToList();
        if (previous.Count > MaxPrevious)
            yield return $"{Previous} has {previous.Count} keys. Keep at most {MaxPrevious}.";

        foreach (var (setting, key) in previous)
        {
            if (current.Equals(key))
                yield return $"{setting} is the same as {Current}. Remove it.";
            else if (SigningKeyRules.FindFault(setting, key!, environment.IsProduction()) is { } refused)
                yield return refused;
        }
    }
}
