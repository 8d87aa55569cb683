using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Btec.Data.Passwords;

/// <summary>The settings of password hashing.</summary>
public sealed class PasswordOptions
{
    public const string SectionName = "Passwords";

    /// <summary>The cost of bcrypt, from 4 to 16 (at least 10 in Production): a hash takes 2^cost rounds. The default, 12,
    /// comes from the API contract.</summary>
    public int WorkFactor { get; set; } = 12;
}

internal sealed class PasswordOptionsValidator(IHostEnvironment environment) : IValidateOptions<PasswordOptions>
{
    public ValidateOptionsResult Validate(string? name, PasswordOptions options)
    {
        if (options.WorkFactor is < BcryptHash.MinWorkFactor or > BcryptHash.MaxWorkFactor)
        {
            return ValidateOptionsResult.Fail(
                $"Passwords:WorkFactor is {options.WorkFactor}; use {BcryptHash.MinWorkFactor} to {BcryptHash.MaxWorkFactor}.");
        }

        return environment.IsProduction() && options.WorkFactor < BcryptHash.MinWorkFactorInProduction
            ? ValidateOptionsResult.Fail(
                $"Passwords:WorkFactor is {options.WorkFactor}; use at least {BcryptHash.MinWorkFactorInProduction} in Production.")
            : ValidateOptionsResult.Success;
    }
}

/// <summary>Registers the settings of password hashing.</summary>
public static class PasswordOptionsExtensions
{
    /// <summary>Registers <see cref="PasswordOptions"/>, validated at start, and the <see cref="SiteWords"/>.</summary>
    public static IServiceCollection AddPasswordOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PasswordOptions, PasswordOptionsValidator>()
            .BindConfiguration(PasswordOptions.SectionName);
        services.AddSingleton(provider => SiteWords.From(provider.GetRequiredService<IConfiguration>()));
        return services;
    }
}
