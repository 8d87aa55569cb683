using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Passkeys;

/// <summary>The uses of passkeys: for logins, as second factors, and for step-up authentication.</summary>
internal sealed class PasskeyAssertions(
    BtecDbContext database, PasskeyChallenges challenges, PasskeyCeremonies ceremonies, RelyingParty party, TimeProvider clock)
{
    /// <summary>Makes a challenge to be signed, the same for everybody.</summary>
    public async Task<PasskeyStart> StartAsync(CancellationToken cancellationToken)
    {
        var start = await ceremonies.StartAssertionAsync();
        return new PasskeyStart(await challenges.AddAsync(start.State, userId: null, cancellationToken), start.Options);
    }

    /// <summary>Verifies the use of a passkey, and uses up its challenge.</summary>
    /// <param name="challengeId">The id of the challenge.</param>
    /// <param name="credential">The credential as the client sent it.</param>
    /// <param name="userId">The user whose passkey it must be, or <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public async Task<PasskeyAssertion> VerifyAsync(
        Secret challengeId, JsonElement credential, int? userId, CancellationToken cancellationToken)
    {
        if (!party.IsConfigured
            || await challenges.TakeAsync(challengeId, userId: null, cancellationToken) is not { } state
            || FindId(credential) is not { } id)
            return new PasskeyAssertion.Refused(userId);

        if (await database.Passkeys.AsNoTracking().Include(row => row.User)
                .SingleOrDefaultAsync(row => row.CredentialId == id, cancellationToken) is not { } passkey)
            return new PasskeyAssertion.Unknown();

        var owner = PasskeyOwner.Of(passkey.User!.PasskeyHandle!, passkey);
        return (userId is null || userId == passkey.UserId)
            && await ceremonies.VerifyAssertionAsync(owner, state, credential) is { } used
                ? new PasskeyAssertion.Verified(passkey, used.SignCount, used.IsBackedUp)
                : new PasskeyAssertion.Refused(userId ?? passkey.UserId);
    }

    /// <summary>Records a use. One statement decides: the counter grows, or the passkey has none (Web Authentication Level 3, section
    /// "Signature Counter Considerations"). Call it in the transaction of what the passkey authorizes, after the user is locked.</summary>
    /// <returns><see langword="true"/> if the use counts.</returns>
    public async Task<bool> TakeAsync(PasskeyAssertion.Verified assertion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(assertion);
        var (id, count, isBackedUp) = (assertion.Passkey.Id, assertion.SignCount, assertion.IsBackedUp);
        var now = clock.GetStoredNow();
        return await database.Passkeys
            .Where(row => row.Id == id && (row.SignCount < count || (row.SignCount == 0 && count == 0)))
            .ExecuteUpdateAsync(
                row => row.SetProperty(changed => changed.SignCount, count)
                    .SetProperty(changed => changed.IsBackedUp, isBackedUp)
                    .SetProperty(changed => changed.LastUsedAt, now),
                cancellationToken) == 1;
    }

    /// <summary>Returns the id of a credential, or <see langword="null"/> if it has none.</summary>
    private static byte[]? FindId(JsonElement credential)
    {
        if (!credential.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String)
            return null;

        // The raw text: an escape is not base64url.
        var text = id.GetRawText().AsSpan()[1..^1];
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done
            && written is > 0 and <= Passkey.CredentialIdMaxLength
                ? bytes[..written]
                : null;
    }
}
