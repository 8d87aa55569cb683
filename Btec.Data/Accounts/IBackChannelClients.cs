namespace Btec.Data.Accounts;

/// <summary>The clients that want to be told when sessions end (OpenID Connect Back-Channel Logout 1.0).</summary>
public interface IBackChannelClients
{
    /// <summary>Returns which of some clients do.</summary>
    Task<IReadOnlySet<string>> FindAsync(IReadOnlyCollection<string> clientIds, CancellationToken cancellationToken);
}
