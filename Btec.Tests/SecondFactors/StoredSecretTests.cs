using System.Net;
using System.Text;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.SecondFactors;

/// <summary>The traces of the secrets of authenticators and of recovery codes in the database and the log.</summary>
public abstract class StoredSecretTests(OwnApi own)
{
    public sealed class OnSqlite(OwnSqliteApi own) : StoredSecretTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : StoredSecretTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task Neither_contains_them_in_any_form()
    {
        var user = await own.Api.StartAccountWithTotpAsync();
        var waiting = await own.Api.BeginTotpAsync(user.Tokens);
        using var replaced = await own.Api.CreateClient().ReplaceCodesAsync(user.Tokens);
        var codes = FactorMoves.ReadCodes(await replaced.ReadJsonAsync()).Concat(user.RecoveryCodes).ToList();
        string[] secrets = [user.Authenticator.Secret, waiting.Secret];
        var forms = secrets.SelectMany(FormsOf)
            .Concat(codes.SelectMany(code => FormsOf(code.Replace("-", "", StringComparison.Ordinal))
                .Append(Encoding.ASCII.GetBytes(code))))
            .ToList();

        var values = await StoredValues.ReadAllAsync(own.Api);

        Assert.Contains(values, value => value.Column == "totp_factors.encrypted_secret");
        Assert.DoesNotContain(values, value => StoredValues.ContainsAny(value.Value, forms));
        Assert.Contains(own.Logs.Lines, line => line.Contains("totp_factors", StringComparison.Ordinal));
        Assert.All(secrets.Concat(codes), secret => Assert.DoesNotContain(
            own.Logs.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task The_secret_of_one_row_does_not_work_in_another()
    {
        var user = await own.Api.StartAccountWithTotpAsync();
        var waiting = await own.Api.BeginTotpAsync(user.Tokens);
        var stolen = await own.Api.WithDatabaseAsync(database => database.TotpFactors
            .Where(factor => factor.Id == user.Authenticator.Id).Select(factor => factor.EncryptedSecret).SingleAsync());
        Assert.Equal(1, await own.Api.WithDatabaseAsync(database => database.TotpFactors
            .Where(factor => factor.Id == waiting.Id)
            .ExecuteUpdateAsync(row => row.SetProperty(factor => factor.EncryptedSecret, stolen))));

        using var response = await own.Api.CreateClient().ConfirmTotpAsync(user.Tokens, waiting.Id, user.Authenticator.CodeAt());

        await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "code_wrong");
        Assert.Contains(own.Logs.Lines, line => line.Contains($"authenticator {waiting.Id}", StringComparison.Ordinal));
    }

    /// <summary>Returns the forms of a value in base32: as text, as bytes, and those in hexadecimal or base64.</summary>
    private static IEnumerable<byte[]> FormsOf(string base32)
    {
        var bytes = TestAuthenticator.Decode(base32);
        return
        [
            Encoding.ASCII.GetBytes(base32),
            bytes,
            Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)),
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes).TrimEnd('=')),
        ];
    }
}
