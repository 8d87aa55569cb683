using Btec.Api.Platform.Http;
using Btec.Data.Model;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Btec.Api.Mail;

/// <summary>The links in mails. They lead to pages of the front-end, which pass the token to the API.</summary>
internal sealed class MailLinks(IOptions<PublicAddressOptions> address, IServer server)
{
    public const string VerifyEmailPath = "/verify-email";
    public const string ConfirmEmailPath = "/confirm-email";
    public const string ResetPasswordPath = "/reset-password";
    public const string ConfirmRegistrationPath = "/confirm-registration";
    public const string LinkIdentityPath = "/link-identity";

    /// <summary>The address in the launch profile.</summary>
    private const string DevelopmentUrl = "http://localhost:5080";

    private static readonly string[] AnyAddress = ["0.0.0.0", "[::]", "*", "+"];

    /// <summary>Returns the path of the page that a mail links to, or <see langword="null"/> if the mail has no link.</summary>
    public static string? FindPath(MailTemplate template) => template switch
    {
        MailTemplate.VerifyEmail => VerifyEmailPath,
        MailTemplate.ConfirmNewEmail => ConfirmEmailPath,
        MailTemplate.ResetPassword or MailTemplate.Invitation => ResetPasswordPath,
        MailTemplate.ConfirmRegistration => ConfirmRegistrationPath,
        MailTemplate.LinkIdentity => LinkIdentityPath,
        _ => null,
    };

    /// <summary>Returns the public address of the system.</summary>
    public Uri GetBase() => new(address.Value.PublicUrl?.TrimEnd('/') ?? FindBoundUrl() ?? DevelopmentUrl);

    /// <summary>Builds a link with the token in its fragment. Browsers do not send the fragment, so the token appears in no
    /// server log and no <c>Referer</c> header (RFC 9110 sections 7.1 and 10.1.3).</summary>
    public string Build(string path, string token) => $"{GetBase().AbsoluteUri.TrimEnd('/')}{path}#token={token}";

    private string? FindBoundUrl()
    {
        var url = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        return AnyAddress.Aggregate(url, (found, any) => found?.Replace($"//{any}", "//localhost", StringComparison.Ordinal));
    }
}
