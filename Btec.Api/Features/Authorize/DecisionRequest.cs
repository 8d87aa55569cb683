using System.Reflection;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Authorize;

/// <summary>The answer of a user to a client.</summary>
[JsonExample("""{"decision": "allow", "user_id": 1}""")]
public sealed record DecisionRequest : IBindableFromHttpContext<DecisionRequest>
{
    private const string Allow = "allow";
    private const string Deny = "deny";

    /// <summary>allow or deny.</summary>
    public required string Decision { get; init; }

    /// <summary>Optional: the id of the user whom the page shows. If another one has signed in in this browser meanwhile, nothing is
    /// decided in their name: not_signed_in.</summary>
    public int? UserId { get; init; }

    internal bool IsAllowed => Decision == Allow;

    public static async ValueTask<DecisionRequest?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (await JsonBody.ReadAsync<DecisionRequest>(context) is not { } request)
            return null;

        return request.Decision is Allow or Deny
            ? request
            : context.Refuse<DecisionRequest>(
                AuthError.ValidationFailed,
                new Dictionary<string, string[]>(StringComparer.Ordinal) { ["decision"] = ["Must be allow or deny."] });
    }
}
