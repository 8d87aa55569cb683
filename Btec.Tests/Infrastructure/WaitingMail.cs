using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Infrastructure;

/// <summary>A mail that waits to be sent.</summary>
public sealed record WaitingMail(MailTemplate Template, int? UserId, MailValues Values);
