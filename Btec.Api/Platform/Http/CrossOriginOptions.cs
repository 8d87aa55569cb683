namespace Btec.Api.Platform.Http;

/// <summary>The settings under <c>Cors</c>.</summary>
internal sealed class CrossOriginOptions
{
    public const string SectionName = "Cors";

    /// <summary>The origins whose web pages may call the API: scheme, host and port, without a path. In Development, an empty
    /// list allows every origin.</summary>
    public IList<string> AllowedOrigins { get; } = [];
}
