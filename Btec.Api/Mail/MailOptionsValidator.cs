using Btec.Api.Features.Registration;
using Btec.Api.Platform.Http;
using Microsoft.Extensions.Options;

namespace Btec.Api.Mail;

internal sealed class MailOptionsValidator(
    IHostEnvironment environment,
    IOptions<RegistrationOptions> registration,
    IOptions<PublicAddressOptions> address) : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        var faults = FindFaults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> FindFaults(MailOptions options)
    {
        if (options.From is not null && SenderAddress.TryParse(options.From) is null)
            yield return "Mail:From must be one e-mail address, such as no-reply@example.com or Name <no-reply@example.com>.";

        foreach (var fault in options.Host is null ? FindFaultsWithoutServer(options) : FindFaultsOfServer(options))
            yield return fault;
    }

    private IEnumerable<string> FindFaultsWithoutServer(MailOptions options)
    {
        if (environment.IsProduction() && options.PickupFolder is not null)
            yield return "Mail:PickupFolder must not be set in Production, where mails must reach users. Set Mail:Host instead.";

        var needsMail = registration.Value.Mode == RegistrationOptions.Verified;
        if (needsMail && !environment.IsDevelopment() && options.PickupFolder is null)
            yield return $"Mail:Host must be set, because Registration:Mode {RegistrationOptions.Verified} sends mails.";
    }

    private IEnumerable<string> FindFaultsOfServer(MailOptions options)
    {
        if (Uri.CheckHostName(options.Host) == UriHostNameType.Unknown)
            yield return "Mail:Host must be a host name without scheme and port, such as smtp.example.com.";

        if (options.Port is < 1 or > ushort.MaxValue)
            yield return $"Mail:Port must be between 1 and 65,535, but is {options.Port}.";

        if (!Enum.IsDefined(options.Security))
            yield return $"Mail:Security must be StartTls, Tls or None, but is {options.Security}.";

        if (options.LocalDomain is not null && options.Greeting is null)
            yield return "Mail:LocalDomain must be a host name, such as app.example.com, or an IP address.";

        if (options.UserName is null && options.Password is not null)
            yield return "Mail:UserName must be set, because Mail:Password is set.";

        if (options.UserName is not null && options.Password is null)
            yield return "Mail:Password must be set, because Mail:UserName is set.";

        if (options.Password is not null && options.Security == MailSecurity.None)
            yield return "Mail:Security must not be None, because Mail:Password would be sent unencrypted.";

        if (options.Password?.Reveal().AsSpan().ContainsAny('\r', '\n') == true)
            yield return "Mail:Password has several lines. Set it to one line.";

        if (environment.IsDevelopment())
            yield break;

        if (options.From is null)
            yield return "Mail:From must be set to the address from which mails are sent.";

        if (address.Value.PublicUrl is null)
            yield return $"{PublicAddressOptions.SettingName} must be set, because links in mails begin with it.";
    }
}
