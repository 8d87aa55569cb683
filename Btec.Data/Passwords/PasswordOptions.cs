using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Btec.Data.Passwords;

public sealed class PasswordOptions
{
    public const string SectionName = "Passwords";

    /// <summary>The cost of bcrypt: a hash takes 2^cost rounds.</summary>
    public int WorkFactor { get; set; } = 12;
}

internal sealed class PasswordOptionsValidator(IHostEnvironment environment) : IValidateOptions<PasswordOptions>
{
    public ValidateOptionsResult Validate(string? name, PasswordOptions options)
    {
        if (options.WorkFactor is < BcryptHash.MinWorkFactor or > BcryptHash.MaxWorkFactor)
        {
            return ValidateOptionsResult.Fail(
                $"Passwords:WorkFactor is {options.WorkFactor}; it goes from {BcryptHash.MinWorkFactor} to {BcryptHash.MaxWorkFactor}.");
        }

        return environment.IsProduction() && options.WorkFactor < BcryptHash.MinWorkFactorInProduction
            ? ValidateOptionsResult.Fail(
                $"Passwords:WorkFactor is {options.WorkFactor}; in Production it is at least {BcryptHash.MinWorkFactorInProduction}.")
            : ValidateOptionsResult.Success;
    }
}

public static class PasswordOptionsExtensions
{
    public static IServiceCollection AddPasswordOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PasswordOptions, PasswordOptionsValidator>()
            .BindConfiguration(PasswordOptions.SectionName);
        return services;
    }
}
