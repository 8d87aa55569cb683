using Microsoft.Extensions.Options;

namespace Btec.Client;

internal sealed class BtecClientOptionsValidator : IValidateOptions<BtecClientOptions>
{
    private static readonly TimeSpan LongestCache = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, BtecClientOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Audience))
            return ValidateOptionsResult.Fail("Btec:Client:Audience must be set.");

        if (string.IsNullOrEmpty(options.IntrospectionClientId) != string.IsNullOrEmpty(options.IntrospectionClientSecret))
            return ValidateOptionsResult.Fail("Btec:Client:IntrospectionClientId and Btec:Client:IntrospectionClientSecret go together.");

        return options.IntrospectionCache >= TimeSpan.Zero && options.IntrospectionCache <= LongestCache
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Btec:Client:IntrospectionCache must be from 0 to one minute.");
    }
}
