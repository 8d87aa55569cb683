using Btec.Data.Model;
using Btec.Data.Outbox;

namespace Btec.Tests.Infrastructure;

/// <summary>A mail that waits to be sent.</summary>
public sealed record WaitingMail(MailTemplate Template, int? UserId, MailValues Values);
