using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.Me;

/// <summary>A change of the caller's account.</summary>
[JsonExample("""{"full_name": "Ada King"}""")]
public sealed record UpdateAccountRequest : IBindableFromHttpContext<UpdateAccountRequest>
{
    /// <summary>The full name, at most 255 characters; null or empty clears it.</summary>
    [ValidShortText(User.FullNameMaxLength)]
    public Optional<string?> FullName { get; init; }

    internal UserProfile ApplyTo(UserProfile profile) => profile with
    {
        FullName = FullName.Or(profile.FullName),
    };

    public static ValueTask<UpdateAccountRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<UpdateAccountRequest>(context);
}
