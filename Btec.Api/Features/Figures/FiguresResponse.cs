using Btec.Api.Platform.Requests;
using Btec.Data.Figures;

namespace Btec.Api.Features.Figures;

/// <summary>The figures of the running system.</summary>
[JsonExample("""
    {
        "users": { "count": 1000000, "precision": "about" }, "sessions": { "count": 5120, "precision": "exact" },
        "logins": { "count": 840, "precision": "exact" }, "refused_logins": { "count": 12, "precision": "exact" },
        "waiting_mails": { "count": 0, "precision": "exact" }, "read_at": "2026-01-31T09:30:00.000000Z"
    }
    """)]
public sealed record FiguresResponse
{
    /// <summary>The number of users.</summary>
    public required FigureResponse Users { get; init; }

    /// <summary>The number of sessions that have neither ended nor expired.</summary>
    public required FigureResponse Sessions { get; init; }

    /// <summary>The number of logins in the last 24 hours.</summary>
    public required FigureResponse Logins { get; init; }

    /// <summary>The number of refused logins in the last 24 hours. One that was asked for a second factor is not refused.</summary>
    public required FigureResponse RefusedLogins { get; init; }

    /// <summary>The number of mails that wait to be sent.</summary>
    public required FigureResponse WaitingMails { get; init; }

    /// <summary>The time of the figures, which is at most 10 seconds ago.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    internal static FiguresResponse From(SystemFigures figures, DateTimeOffset readAt) => new()
    {
        Users = FigureResponse.From(figures.Users),
        Sessions = FigureResponse.From(figures.Sessions),
        Logins = FigureResponse.From(figures.Logins),
        RefusedLogins = FigureResponse.From(figures.RefusedLogins),
        WaitingMails = FigureResponse.From(figures.WaitingMails),
        ReadAt = readAt,
    };
}

/// <summary>A figure of the system.</summary>
public sealed record FigureResponse
{
    /// <summary>The number.</summary>
    public required long Count { get; init; }

    /// <summary>exact; about, for an estimate of the database; or at_least.</summary>
    public required string Precision { get; init; }

    internal static FigureResponse From(Figure figure) => new()
    {
        Count = figure.Count,
        Precision = figure.Precision switch
        {
            FigurePrecision.Exact => "exact",
            FigurePrecision.About => "about",
            _ => "at_least",
        },
    };
}
