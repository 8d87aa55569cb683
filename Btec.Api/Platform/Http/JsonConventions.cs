using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Platform.Http;

/// <summary>The conventions of JSON in requests and responses.</summary>
internal static class JsonConventions
{
    public static IServiceCollection AddJsonConventions(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            var options = json.SerializerOptions;
            options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.PropertyNameCaseInsensitive = false;
            options.NumberHandling = JsonNumberHandling.Strict;
            options.RespectNullableAnnotations = true;
            options.Converters.Add(new OptionalConverter());
            options.Converters.Add(new SecretJsonConverter());
            options.Converters.Add(new MomentJsonConverter());
            // Letters of every script are written as they are; characters that are special in HTML stay escaped.
            options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        });
        // In Development the framework would otherwise throw instead of answering 400.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = false);
        return services;
    }
}
