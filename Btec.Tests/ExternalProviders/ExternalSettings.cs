using Btec.Tests.Infrastructure;

namespace Btec.Tests.ExternalProviders;

/// <summary>The settings of an API with one provider that somebody else wrote (Clients/provider.mjs).</summary>
internal static class ExternalSettings
{
    public static Dictionary<string, string?> Of(string name, string issuer) => new(
        AccountMoves.RegistrationSettings("open"), StringComparer.Ordinal)
    {
        ["External:RedirectUris:0"] = ExternalApi.RedirectUri,
        ["External:Providers:0:Name"] = name,
        ["External:Providers:0:DisplayName"] = $"The {name} company",
        ["External:Providers:0:Issuer"] = issuer,
        ["External:Providers:0:ClientId"] = "btec",
        ["External:Providers:0:ClientSecret"] = "a-secret-of-the-provider",
        ["External:Providers:0:TrustEmail"] = "true",
        ["External:Providers:0:AllowRegistration"] = "true",
    };
}
