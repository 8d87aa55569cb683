using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.SecondFactors;

/// <summary>An authenticator application to add.</summary>
[JsonExample("""{"name": "Phone"}""")]
public sealed record AddTotpRequest : IBindableFromHttpContext<AddTotpRequest>
{
    /// <summary>A name by which the user recognizes it, at most 120 characters, or null.</summary>
    [ValidShortText(TotpFactor.NameMaxLength)]
    public string? Name { get; init; }

    public static ValueTask<AddTotpRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<AddTotpRequest>(context);
}
