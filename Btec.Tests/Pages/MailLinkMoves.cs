using Btec.Api.Mail;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Pages;

/// <summary>The links of mails that wait.</summary>
internal static class MailLinkMoves
{
    /// <summary>Returns the link of the last mail to an address, as its reader gets it.</summary>
    public static async Task<string> ReadLinkAsync(this BtecApi api, string recipient, MailTemplate template)
    {
        var tokens = await api.ReadTokensAsync(recipient, template);
        return api.Services.GetRequiredService<MailLinks>().Build(MailLinks.FindPath(template)!, tokens[^1]);
    }
}
