namespace Btec.Api.Platform.Http;

/// <summary>The setting <c>PublicUrl</c>.</summary>
internal sealed class PublicAddressOptions
{
    public const string SettingName = "PublicUrl";

    /// <summary>The URL at which clients reach the API, such as https://auth.example.com.</summary>
    public string? PublicUrl { get; set => field = string.IsNullOrWhiteSpace(value) ? null : value; }

    /// <summary>The path of the URL, such as /auth, or an empty path.</summary>
    public PathString Path =>
        PublicUrl is null ? PathString.Empty : new PathString(PathString.FromUriComponent(new Uri(PublicUrl)).Value!.TrimEnd('/'));
}
