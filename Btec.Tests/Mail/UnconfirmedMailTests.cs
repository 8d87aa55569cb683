using Btec.Tests.Infrastructure;

namespace Btec.Tests.Mail;

/// <summary>Mails to addresses that nobody has confirmed: whoever registered a stranger's address writes none of their words. The
/// choice of database does not matter here.</summary>
public sealed class UnconfirmedMailTests
{
    private const string Words = "You have won, call 555 1234 now";
    private const string OtherAddress = "call-555-1234-now@evil.example";
    private const string Stranger = "stranger@example.com";

    [Fact]
    public async Task No_mail_to_an_unconfirmed_address_contains_a_name_or_an_address_that_its_sender_chose()
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings());
        var client = api.CreateClient();
        await client.RegisterAsync(Stranger, fullName: Words);
        var tokens = await client.StartSessionAsync(Stranger);
        using var verification = await client.SendAsync(HttpMethod.Post, "/api/auth/email-verification", tokens.Access);
        using var recovery = await client.RecoverAsync(Stranger);
        await client.ChangeEmailAsync(tokens, OtherAddress);
        // Another account asks for the same address, and the owner of this one changes the password.
        await client.ChangeEmailAsync((await client.StartAccountAsync(Words)).Tokens, Stranger);
        using var changed = await client.SendJsonAsync(
            HttpMethod.Post,
            "/api/users/me/password",
            tokens.Access,
            new { current_password = ApiMoves.Password, new_password = AccountMoves.OtherPassword });

        await Eventually.IsTrueAsync(
            () => Task.FromResult(inbox.Accepted.Count(mail => mail.Recipient == Stranger) == 6), "the stranger has six mails");

        foreach (var mail in inbox.Accepted)
            AssertBare(mail);
    }

    [Fact]
    public async Task A_registration_that_waits_an_invitation_and_a_new_address_greet_without_a_name()
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings(("Registration:Mode", "verified")));
        var client = api.CreateClient();
        using var registered = await client.PostJsonAsync(
            "/api/auth/register", new { email = Stranger, password = ApiMoves.Password, full_name = Words });
        var link = Assert.Single(await inbox.WaitForAsync(1)).Text.Split("#token=")[1].Split()[0];
        using var confirmed = await client.PostJsonAsync(
            "/api/auth/email-verification/confirm", new { token = link, password = ApiMoves.Password });
        var tokens = await client.StartSessionAsync(Stranger);
        await client.ChangeEmailAsync(tokens, "elsewhere@example.com");

        var mails = await inbox.WaitForAsync(3);

        foreach (var mail in mails.Where(mail => mail.Message.Subject != "Your e-mail address is about to change"))
            AssertBare(mail);

        // A confirmed address is greeted by its owner's name.
        var notice = Assert.Single(mails, mail => mail.Message.Subject == "Your e-mail address is about to change");
        Assert.Contains($"Hello {Words},", notice.Text, StringComparison.Ordinal);
        Assert.Contains("elsewhere@example.com", notice.Text, StringComparison.Ordinal);
    }

    private static void AssertBare(ReceivedMail mail)
    {
        foreach (var body in new[] { mail.Text, mail.Html })
        {
            Assert.Contains("Hello,", body, StringComparison.Ordinal);
            Assert.DoesNotContain("have won", body, StringComparison.Ordinal);
            Assert.DoesNotContain("evil", body, StringComparison.Ordinal);
        }
    }
}
