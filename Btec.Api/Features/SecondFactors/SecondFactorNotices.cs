using Btec.Data.Model;
using Btec.Data.Outbox;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The mails that tell a user what happened to their second factors. Call it in the transaction of what it reports.</summary>
internal sealed class SecondFactorNotices(MailOutbox mails)
{
    /// <summary>The number of recovery codes left at which the user is warned (docs/contract.md).</summary>
    private const int FewCodes = 3;

    public void AddAdded(User user, SecondFactorKind kind) =>
        Add(MailTemplate.FactorAdded, user, MailValues.To(user) with { Factor = kind });

    public void AddRemoved(User user, SecondFactorKind kind) =>
        Add(MailTemplate.FactorRemoved, user, MailValues.To(user) with { Factor = kind });

    public void AddRemovedByAdministrator(User user) => Add(MailTemplate.FactorsRemoved, user, MailValues.To(user));

    public void AddCodesCreated(User user) => Add(MailTemplate.RecoveryCodesCreated, user, MailValues.To(user));

    /// <summary>Adds the mail about a used recovery code, and a warning if only a few are left.</summary>
    public void AddCodeUsed(User user, int codesLeft)
    {
        var values = MailValues.To(user) with { CodesLeft = codesLeft };
        Add(MailTemplate.RecoveryCodeUsed, user, values);
        if (codesLeft == FewCodes)
            Add(MailTemplate.RecoveryCodesLow, user, values);
    }

    /// <summary>Adds the warning that wrong codes were entered one after another.</summary>
    public void AddWrongCodes(User user) => Add(MailTemplate.WrongCodes, user, MailValues.To(user));

    private void Add(MailTemplate template, User user, MailValues values) => mails.Add(template, user.Email, values, user.Id);
}
