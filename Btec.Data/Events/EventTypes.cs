using System.Text.Json;
using Btec.Data.Audit;
using Btec.Data.Model;

namespace Btec.Data.Events;

/// <summary>The types of events that webhooks and the broker are told of. Types are stable; docs/events.md lists them.</summary>
public static class EventTypes
{
    public const string UserDeactivated = "user.deactivated";

    /// <summary>The type of the event that a superuser sends to try a webhook.</summary>
    public const string Test = "webhook.test";

    /// <summary>The types by those of the audit events that they report.</summary>
    private static readonly Dictionary<string, string> s_byAuditType = new(StringComparer.Ordinal)
    {
        [AuditTypes.UserRegistered] = AuditTypes.UserRegistered,
        [AuditTypes.UserCreated] = AuditTypes.UserCreated,
        [AuditTypes.UserUpdated] = AuditTypes.UserUpdated,
        [AuditTypes.UserRolesChanged] = AuditTypes.UserRolesChanged,
        [AuditTypes.UserDeleted] = AuditTypes.UserDeleted,
        [AuditTypes.EmailVerified] = AuditTypes.EmailVerified,
        [AuditTypes.EmailChanged] = AuditTypes.EmailChanged,
        [AuditTypes.PasswordChanged] = AuditTypes.PasswordChanged,
        [AuditTypes.PasswordReset] = AuditTypes.PasswordReset,
        [AuditTypes.SessionEnded] = AuditTypes.SessionEnded,
        [AuditTypes.Logout] = AuditTypes.SessionEnded,
        [AuditTypes.RefreshTokenReused] = AuditTypes.RefreshTokenReused,
        [AuditTypes.FactorAdded] = AuditTypes.FactorAdded,
        [AuditTypes.FactorRemoved] = AuditTypes.FactorRemoved,
        [AuditTypes.FactorsRemoved] = AuditTypes.FactorRemoved,
        [AuditTypes.IdentityLinked] = AuditTypes.IdentityLinked,
        [AuditTypes.IdentityUnlinked] = AuditTypes.IdentityUnlinked,
    };

    /// <summary>Gets every type that a webhook can ask for, in alphabetical order.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. s_byAuditType.Values.Append(UserDeactivated).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Returns the type that reports an audit event, or <see langword="null"/> if nobody is told of it: refused attempts are not
    /// reported.</summary>
    public static string? Find(AuditEvent audited)
    {
        ArgumentNullException.ThrowIfNull(audited);
        if (audited.Outcome != AuditBatch.Success || !s_byAuditType.TryGetValue(audited.Type, out var type))
            return null;

        return audited.Type == AuditTypes.UserUpdated && IsDeactivation(audited.Details) ? UserDeactivated : type;
    }

    private static bool IsDeactivation(string? details)
    {
        if (details is null)
            return false;

        using var json = JsonDocument.Parse(details);
        return json.RootElement.TryGetProperty("members", out var members) && Names(members, "is_active")
            && json.RootElement.TryGetProperty("is_active", out var isActive) && !isActive.GetBoolean();
    }

    /// <summary>Returns whether a list names a member, which is an array or separated by commas.</summary>
    private static bool Names(JsonElement members, string name) => members.ValueKind switch
    {
        JsonValueKind.Array => members.EnumerateArray().Any(member => member.ValueEquals(name)),
        JsonValueKind.String => members.GetString()!.Split(", ").Contains(name, StringComparer.Ordinal),
        _ => false,
    };
}
