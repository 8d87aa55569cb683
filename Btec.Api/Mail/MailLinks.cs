using Btec.Api.Platform.Http;
using Btec.Data.Model;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Btec.Api.Mail;

/// <summary>Builds the links of mails. They lead to pages of the application in front, which hand the token to the API.</summary>
public sealed class MailLinks(IOptions<PublicAddressOptions> address, IServer server)
{
    public const string VerifyEmailPath = "/verify-email";
    public const string ConfirmEmailPath = "/confirm-email";
    public const string ResetPasswordPath = "/reset-password";
    public const string ConfirmRegistrationPath = "/confirm-registration";

    /// <summary>Of the launch profile.</summary>
    private const string DevelopmentUrl = "http://localhost:5080";

    private static readonly string[] AnyAddress = ["0.0.0.0", "[::]", "*", "+"];

    /// <summary>The page that a mail leads to, or <see langword="null"/> if it only tells something.</summary>
    public static string? FindPath(MailTemplate template) => template switch
    {
        MailTemplate.VerifyEmail => VerifyEmailPath,
        MailTemplate.ConfirmNewEmail => ConfirmEmailPath,
        MailTemplate.ResetPassword or MailTemplate.Invitation => ResetPasswordPath,
        MailTemplate.ConfirmRegistration => ConfirmRegistrationPath,
        _ => null,
    };

    /// <summary>The address that recipients know the system by.</summary>
    public Uri GetBase() => new(address.Value.PublicUrl?.TrimEnd('/') ?? FindBoundUrl() ?? DevelopmentUrl);

    /// <summary>The token goes into the fragment: browsers keep that to themselves, so it reaches no server's log and no
    /// <c>Referer</c> (RFC 9110 sections 7.1 and 10.1.3).</summary>
    public string Build(string path, string token) => $"{GetBase().AbsoluteUri.TrimEnd('/')}{path}#token={token}";

    private string? FindBoundUrl()
    {
        var url = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        return AnyAddress.Aggregate(url, (found, any) => found?.Replace($"//{any}", "//localhost", StringComparison.Ordinal));
    }
}
