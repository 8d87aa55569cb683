using Btec.Api.Platform.Http;
using Microsoft.Extensions.Options;

namespace Btec.Api.Mail;

internal sealed class MailOptionsValidator(
    IHostEnvironment environment, IConfiguration configuration, IOptions<PublicAddressOptions> address) : IValidateOptions<MailOptions>
{
    /// <summary>With this <c>Registration:Mode</c> nobody could register without mail.</summary>
    private const string VerifiedMode = "verified";

    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        var faults = FindFaults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> FindFaults(MailOptions options)
    {
        if (options.From is not null && SenderAddress.TryParse(options.From) is null)
            yield return "Mail:From is no address: give it no-reply@example.com or Name <no-reply@example.com>.";

        foreach (var fault in options.Host is null ? FindFaultsWithoutServer(options) : FindFaultsOfServer(options))
            yield return fault;
    }

    private IEnumerable<string> FindFaultsWithoutServer(MailOptions options)
    {
        if (environment.IsProduction() && options.PickupFolder is not null)
            yield return "Mail:PickupFolder is not for Production, where nobody would get the mails.";

        var isVerified = string.Equals(configuration["Registration:Mode"], VerifiedMode, StringComparison.OrdinalIgnoreCase);
        if (isVerified && !environment.IsDevelopment() && options.PickupFolder is null)
            yield return $"Mail:Host is not set: Registration:Mode {VerifiedMode} needs mail.";
    }

    private IEnumerable<string> FindFaultsOfServer(MailOptions options)
    {
        if (Uri.CheckHostName(options.Host) == UriHostNameType.Unknown)
            yield return "Mail:Host is no name of a host, as in smtp.example.com: no port, no scheme.";

        if (options.Port is < 1 or > ushort.MaxValue)
            yield return $"Mail:Port is {options.Port}; it goes from 1 to {ushort.MaxValue}.";

        if (!Enum.IsDefined(options.Security))
            yield return $"Mail:Security is {options.Security}; it is StartTls, Tls or None.";

        if (options.UserName is null != options.Password is null)
            yield return options.UserName is null ? "Mail:UserName is not set, but Mail:Password is." : "Mail:Password is not set, but Mail:UserName is.";

        if (options.Password is not null && options.Security == MailSecurity.None)
            yield return "Mail:Security is None: Mail:Password would cross the network readable.";

        if (environment.IsDevelopment())
            yield break;

        if (options.From is null)
            yield return "Mail:From is not set: give it the address that mails come from.";

        if (address.Value.PublicUrl is null)
            yield return $"{PublicAddressOptions.SettingName} is not set: mailed links begin with it.";
    }
}
