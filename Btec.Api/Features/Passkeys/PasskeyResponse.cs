using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.Passkeys;

/// <summary>A passkey of the caller.</summary>
[JsonExample("""
    {
        "id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69", "name": "Ada's laptop", "created_at": "2026-01-31T09:30:00.000000Z",
        "last_used_at": "2026-02-01T08:15:00.000000Z", "aaguid": "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "backup_eligible": true,
        "backed_up": true
    }
    """)]
public record PasskeyResponse
{
    /// <summary>The id of the passkey.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name, or null.</summary>
    public required string? Name { get; init; }

    /// <summary>The time at which the passkey was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time of the last use, or null.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The model of the authenticator as the authenticator states it, or zeros. Nothing proves it.</summary>
    public required Guid Aaguid { get; init; }

    /// <summary>True if the passkey can be copied to other devices. It never changes.</summary>
    public required bool BackupEligible { get; init; }

    /// <summary>True if the passkey was backed up when it was last used.</summary>
    public required bool BackedUp { get; init; }

    internal static PasskeyResponse From(Passkey passkey) => new()
    {
        Id = passkey.Id,
        Name = passkey.Name,
        CreatedAt = passkey.CreatedAt,
        LastUsedAt = passkey.LastUsedAt,
        Aaguid = passkey.Aaguid,
        BackupEligible = passkey.IsBackupEligible,
        BackedUp = passkey.IsBackedUp,
    };
}
