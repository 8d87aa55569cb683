using Btec.Tests.Infrastructure;

namespace Btec.Tests.ExternalProviders;

/// <summary>External logins in the registration modes in which not everybody gets an account. The database does not matter for
/// them.</summary>
public static class ExternalRegistrationModeTests
{
    public sealed class Verified(SqliteVerifiedExternalApi api) : IClassFixture<SqliteVerifiedExternalApi>
    {
        [Fact]
        public async Task A_verified_address_gets_an_account_and_of_any_other_nobody_learns_whether_it_has_one()
        {
            var person = new PersonAtProvider();
            await api.LogInAsync(ExternalApi.Trusted, person);

            foreach (var email in new[] { person.Email, ApiMoves.NewEmail() })
            {
                using var response = await api.TryLogInAsync(ExternalApi.Untrusted, new PersonAtProvider { Email = email });
                await response.AssertRefusedAsync("email_required");
            }
        }
    }

    public sealed class Closed(SqliteClosedExternalApi api) : IClassFixture<SqliteClosedExternalApi>
    {
        [Fact]
        public async Task Only_accounts_that_exist_are_linked()
        {
            var email = ApiMoves.NewEmail();
            await api.Api.WithDatabaseAsync(database =>
            {
                database.Users.Add(new Btec.Data.Model.User
                {
                    Email = email,
                    HashedPassword = Btec.Data.Model.User.NoPassword,
                    CreatedAt = api.Api.Clock.GetUtcNow(),
                });
                return database.SaveChangesAsync();
            });

            using var known = await api.TryLogInAsync(ExternalApi.Trusted, new PersonAtProvider { Email = email });
            await known.ReadLinkTokenAsync();
            PersonAtProvider[] unknownPeople =
                [new(), new() { Email = null }, new() { Email = email, EmailVerified = false }];
            foreach (var person in unknownPeople)
            {
                using var unknown = await api.TryLogInAsync(ExternalApi.Trusted, person);
                await unknown.AssertRefusedAsync("registration_closed");
            }
        }
    }
}

public sealed class SqliteVerifiedExternalApi() : ExternalApi(DatabaseKind.Sqlite)
{
    protected override string Mode => "verified";
}

public sealed class SqliteClosedExternalApi() : ExternalApi(DatabaseKind.Sqlite)
{
    protected override string Mode => "closed";
}
