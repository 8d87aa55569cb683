using System.Diagnostics;
using OpenTelemetry;

namespace Btec.ServiceDefaults;

/// <summary>The processor that takes from spans what may name a person or open something: the path and the query of a request as the
/// client wrote them, the client's device, and all but the host of an address that the API calls.</summary>
/// <remarks>The route stays. OpenTelemetry redacts the values of queries only; but anybody may send an address or a token in a path, and
/// the path of a webhook is often its secret.</remarks>
internal sealed class AnonymousSpans : BaseProcessor<Activity>
{
    private static readonly string[] OfClients =
        ["url.query", "user_agent.original", "client.address", "network.peer.address", "network.peer.port"];

    public override void OnEnd(Activity data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Kind == ActivityKind.Server)
        {
            data.SetTag("url.path", data.GetTagItem("http.route"));
            foreach (var tag in OfClients)
                data.SetTag(tag, value: null);
        }
        else if (data.GetTagItem("url.full") is string address)
        {
            data.SetTag("url.full", Uri.TryCreate(address, UriKind.Absolute, out var uri) ? $"{uri.Scheme}://{uri.Authority}" : null);
        }
    }
}
