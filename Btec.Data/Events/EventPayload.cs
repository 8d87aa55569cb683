using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Btec.Data.Model;

namespace Btec.Data.Events;

/// <summary>The JSON of an event. It names what it is about and says little more: whoever is allowed to reads the rest by the API.</summary>
internal static class EventPayload
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>Returns the body of a webhook (Standard Webhooks 1.0.0, section "Payload structure").</summary>
    public static string ForWebhook(string type, AuditEvent audited, string? email) => Write(new JsonObject
    {
        ["type"] = type,
        ["timestamp"] = Format(audited.OccurredAt),
        ["data"] = Describe(audited, email),
    });

    /// <summary>Returns the body of an event that only tries a webhook.</summary>
    public static string ForTest(DateTimeOffset now) => Write(new JsonObject
    {
        ["type"] = EventTypes.Test,
        ["timestamp"] = Format(now),
        ["data"] = new JsonObject { ["occurred_at"] = Format(now) },
    });

    /// <summary>Returns an event in the JSON format of CloudEvents 1.0.</summary>
    public static string ForBroker(string type, AuditEvent audited, string source) => Write(new JsonObject
    {
        ["specversion"] = "1.0",
        ["id"] = audited.Id.ToString("D"),
        ["source"] = source,
        ["type"] = type,
        ["time"] = Format(audited.OccurredAt),
        ["subject"] = audited.UserId?.ToString(CultureInfo.InvariantCulture),
        ["datacontenttype"] = "application/json",
        ["data"] = Describe(audited, email: null),
    });

    private static JsonObject Describe(AuditEvent audited, string? email)
    {
        var data = new JsonObject
        {
            ["user_id"] = audited.UserId,
            ["session_id"] = audited.SessionId?.ToString("D"),
            ["occurred_at"] = Format(audited.OccurredAt),
            ["trace_id"] = audited.TraceId,
        };
        if (email is not null)
            data["email"] = email;

        return data;
    }

    private static string Format(DateTimeOffset moment) => moment.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string Write(JsonObject json)
    {
        RemoveEmpty(json);
        return json.ToJsonString(JsonSerializerOptions.Default);
    }

    private static void RemoveEmpty(JsonObject json)
    {
        foreach (var (name, value) in json.ToList())
        {
            if (value is null)
                json.Remove(name);
            else if (value is JsonObject inner)
                RemoveEmpty(inner);
        }
    }
}
