namespace Btec.Data.Model;

/// <summary>The order in which due mails are sent. The numbers are stored.</summary>
public enum MailPriority
{
    /// <summary>A mail that somebody waits for, or that warns the owner of an account.</summary>
    Awaited = 0,

    /// <summary>A mail that a stranger can cause: a registration, or an account whose address is not confirmed, names any address.</summary>
    Unsolicited = 1,
}
