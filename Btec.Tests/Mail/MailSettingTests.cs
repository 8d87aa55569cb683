using Btec.Api.Features.Registration;
using Btec.Api.Mail;
using Btec.Api.Platform.Http;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Btec.Tests.Mail;

/// <summary>Validation of the mail settings. The choice of database does not matter here.</summary>
public sealed class MailSettingTests
{
    [Theory]
    [InlineData("Mail:Host must be a host name", "Mail:Host=smtp.example.com:587")]
    [InlineData("Mail:Host must be a host name", "Mail:Host=smtp://smtp.example.com")]
    [InlineData("Mail:Port must be between 1 and 65,535, but is 0", "Mail:Port=0")]
    [InlineData("Mail:Port must be between 1 and 65,535, but is 65536", "Mail:Port=65536")]
    [InlineData("Mail:Security must be StartTls, Tls or None, but is 7", "Mail:Security=7")]
    [InlineData("Mail:Password must be set", "Mail:UserName=btec")]
    [InlineData("Mail:UserName must be set", "Mail:Password=sesame")]
    [InlineData("Mail:Security must not be None", "Mail:UserName=btec;Mail:Password=sesame;Mail:Security=None")]
    [InlineData("Mail:From must be set", "Mail:From=")]
    [InlineData("Mail:From must be one e-mail address", "Mail:From=nobody")]
    [InlineData("Mail:From must be one e-mail address", "Mail:From=a@example.com, b@example.com")]
    [InlineData("Mail:From must be one e-mail address", "Mail:From=a@example.com\r\nBcc: b@example.com")]
    [InlineData("Mail:From must be one e-mail address", "Mail:From=a@exa_mple.com")]
    [InlineData("Mail:From must be one e-mail address", "Mail:From=a@[192.0.2.1]")]
    [InlineData("Mail:LocalDomain must be a host name", "Mail:LocalDomain=https://app.example.com")]
    [InlineData("Mail:LocalDomain must be a host name", "Mail:LocalDomain=app.example.com\r\nMAIL FROM:<a@b>")]
    [InlineData("Mail:LocalDomain must be a host name", "Mail:LocalDomain=app_1")]
    [InlineData("PublicUrl must be set", "PublicUrl")]
    [InlineData("Mail:PickupFolder must not be set in Production", "Mail:Host=;Mail:PickupFolder=mails")]
    [InlineData("Mail:Host must be set", "Mail:Host=;Registration:Mode=verified")]
    public void In_Production_an_invalid_setting_is_refused_by_name(string reason, string settings)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => Validate("Production", settings));

        Assert.Contains(reason, Assert.Single(refusal.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production", "")]
    [InlineData("Production", "Registration:Mode=verified")]
    [InlineData("Production", "Mail:UserName=btec;Mail:Password=sesame;Mail:Security=Tls;Mail:From=no-reply@example.com")]
    [InlineData("Production", "Mail:Host=;Mail:From=;PublicUrl")]
    [InlineData("Staging", "Mail:Host=;PublicUrl;Mail:PickupFolder=mails;Registration:Mode=verified")]
    [InlineData("Development", "Mail:Host=;Mail:From=;PublicUrl;Registration:Mode=verified")]
    [InlineData("Development", "Mail:From=;PublicUrl;Mail:Security=none")]
    public void Valid_settings_are_accepted(string environment, string settings) => Validate(environment, settings);

    [Fact]
    public async Task Without_a_mail_server_a_registration_mode_that_needs_mail_stops_the_process_with_one_line()
    {
        await using var api = BtecProcess.StartApi(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=never-made.db",
            ["Jwt:SigningKey"] = BtecApi.SigningKey,
            ["Registration:Mode"] = "verified",
        });

        (await api.WaitForEndAsync()).AssertRefused("Mail:Host");
    }

    [Fact]
    public async Task Production_without_a_mail_server_logs_a_warning_that_no_mail_is_sent()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var api = BtecProcess.StartApi(database.ToSettings(("Jwt:SigningKey", BtecApi.SigningKey)));

        await api.WaitForLineAsync("Warning.*Mail:Host is not set, so no mail is sent");
    }

    /// <summary>Validates a working configuration with some changes.</summary>
    /// <param name="settings">The changes, separated by semicolons. A setting without <c>=</c> is removed.</param>
    private static void Validate(string environment, string settings)
    {
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Mail:Host"] = "smtp.example.com",
            ["Mail:From"] = "BTEC <no-reply@example.com>",
            ["PublicUrl"] = "https://app.example.com",
        };
        foreach (var setting in settings.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = setting.Split('=', 2);
            all[parts[0]] = parts.Length == 2 ? parts[1] : null;
        }

        var builder = DataLayer.CreateBuilder(all, environment);
        builder.Services.AddPublicAddress().AddMail();
        builder.Services.AddOptions<RegistrationOptions>().BindConfiguration(RegistrationOptions.SectionName);
        using var host = builder.Build();
        host.Services.GetRequiredService<IStartupValidator>().Validate();
    }
}
