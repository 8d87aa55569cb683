using System.Globalization;
using Btec.Api.Features.SecondFactors;
using Btec.Api.Platform.Errors;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Development;

/// <summary>Runs the commands about the second factors of a user.</summary>
internal sealed class FactorCommands(
    BtecDbContext database, NamedUsers users, FactorRemovalService removal, TotpSecrets secrets, TimeProvider clock)
{
    /// <summary>Shows the codes that a user's authenticators show now.</summary>
    public async Task<Result<CommandOutcome>> ShowCodesAsync(string email, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(email, cancellationToken) is not { } user)
            return NamedUsers.Unknown;

        var factors = await database.TotpFactors.AsNoTracking()
            .Where(factor => factor.UserId == user.Id && factor.ConfirmedAt != null)
            .OrderBy(factor => factor.CreatedAt).ThenBy(factor => factor.Id)
            .ToListAsync(cancellationToken);
        if (factors.Count == 0)
            return new CommandOutcome($"{user.Email} has no authenticator.");

        var now = clock.GetUtcNow();
        var left = Totp.StepSeconds - (now.ToUnixTimeSeconds() % Totp.StepSeconds);
        var lines = factors.Select(factor =>
            $"{(secrets.Find(factor) is { } secret ? Totp.CodeOf(secret, Totp.StepOf(now)) : "(unreadable)")}  {factor.Name}".TrimEnd());
        return new CommandOutcome(
            string.Create(CultureInfo.InvariantCulture, $"The codes of {user.Email}, for another {left} s. Each works once."),
            new Secret(string.Join('\n', lines)));
    }

    /// <summary>Removes every second factor of a user.</summary>
    public async Task<Result<CommandOutcome>> RemoveAsync(string email, AuditOrigin origin, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(email, cancellationToken) is not { } user)
            return NamedUsers.Unknown;

        if (!user.HasSecondFactor)
            return new CommandOutcome($"{user.Email} has no second factor.");

        var removed = await removal.RemoveAllAsync(user.Id, actor: null, origin, cancellationToken);
        return removed.IsSuccess
            ? new CommandOutcome($"{user.Email} has no second factor any more, and was told by mail.")
            : removed.Error;
    }
}
