using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.Passkeys;

/// <summary>A change of a passkey.</summary>
[JsonExample("""{"name": "Ada's laptop"}""")]
public sealed record RenamePasskeyRequest : IBindableFromHttpContext<RenamePasskeyRequest>
{
    /// <summary>The name, at most 120 characters; null or empty clears it.</summary>
    [ValidShortText(Passkey.NameMaxLength)]
    public Optional<string?> Name { get; init; }

    internal string? ApplyTo(string? name) => Name.Or(name);

    public static ValueTask<RenamePasskeyRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<RenamePasskeyRequest>(context);
}
