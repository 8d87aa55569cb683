namespace Btec.Api.Platform.BearerTokens;

/// <summary>The mark of a route that reads an access token but requires none. A token that is not accepted counts as
/// none.</summary>
internal sealed class OptionalAccessToken
{
    public static readonly OptionalAccessToken Instance = new();
}
