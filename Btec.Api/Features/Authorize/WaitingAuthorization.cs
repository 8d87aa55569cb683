using Btec.Api.Platform.Clients;
using Btec.Data.Model;

namespace Btec.Api.Features.Authorize;

/// <summary>An authorization request that waits for its user.</summary>
/// <param name="Request">The request.</param>
/// <param name="Client">Its client.</param>
/// <param name="Need">The step that it waits for.</param>
internal sealed record WaitingAuthorization(AuthorizationRequest Request, RegisteredClient Client, AuthorizationNeed Need);
