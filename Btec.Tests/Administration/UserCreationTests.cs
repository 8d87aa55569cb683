using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Administration;

/// <summary>The creation of users by superusers, and the links that invite them.</summary>
public abstract class UserCreationTests(OwnApi own) : UserAdministration(own)
{
    public sealed class OnSqlite(OwnSqliteApi own) : UserCreationTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : UserCreationTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task A_superuser_creates_an_account_that_can_log_in()
    {
        var email = ApiMoves.NewEmail();

        using var response = await SendAsync(HttpMethod.Post, Route, await SuperuserAsync(), new
        {
            email = $" {email.ToUpperInvariant()} ",
            password = ApiMoves.Password,
            full_name = "Grace Hopper",
            is_superuser = true,
        });

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var user = await response.ReadJsonAsync();
        Assert.Equal($"/api/users/{user.GetProperty("id")}", response.Headers.Location?.ToString());
        Assert.Equal(email, user.GetProperty("email").GetString());
        Assert.True(user.GetProperty("is_superuser").GetBoolean());
        Assert.True(user.GetProperty("is_active").GetBoolean());
        Assert.False(user.GetProperty("email_verified").GetBoolean());
        await Client.LoginAsync(email);
    }

    [Fact]
    public async Task A_user_created_without_a_password_is_mailed_a_link_to_set_one()
    {
        var email = ApiMoves.NewEmail();
        using var created = await SendAsync(HttpMethod.Post, Route, await SuperuserAsync(), new { email });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);

        var token = await Api.ReadTokenAsync(email, MailTemplate.Invitation);
        using var reset = await Client.PostJsonAsync("/api/auth/password-reset", new { token, new_password = ApiMoves.Password });

        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        await Client.LoginAsync(email);
    }

    [Fact]
    public async Task A_stranger_who_requests_recovery_does_not_void_an_invitation()
    {
        var email = ApiMoves.NewEmail();
        using var created = await SendAsync(HttpMethod.Post, Route, await SuperuserAsync(), new { email });
        using var requested = await Client.RecoverAsync(email);
        var invitation = await Api.ReadTokenAsync(email, MailTemplate.Invitation);
        Api.Clock.Advance(TimeSpan.FromHours(2));

        using var reset = await Client.ResetAsync(invitation);

        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
        await Client.LoginAsync(email, AccountMoves.OtherPassword);
    }

    [Fact]
    public async Task An_invitation_and_a_recovery_link_void_each_other_only_when_one_is_used()
    {
        var email = ApiMoves.NewEmail();
        using var created = await SendAsync(HttpMethod.Post, Route, await SuperuserAsync(), new { email });
        using var requested = await Client.RecoverAsync(email);

        using var reset = await Client.ResetAsync(await Api.ReadTokenAsync(email, MailTemplate.ResetPassword));
        using var invited = await Client.ResetAsync(await Api.ReadTokenAsync(email, MailTemplate.Invitation));

        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
        await invited.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
    }
}
