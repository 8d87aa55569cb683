using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting;

/// <summary>The SQLite file of a backend that runs without a database server.</summary>
internal static class SqliteFile
{
    /// <exception cref="DistributedApplicationException">The backend runs in a container, whose files are lost.</exception>
    public static BtecDatabase In(BtecState state, string name)
    {
        if (state.Run.Image is not null)
            throw new DistributedApplicationException($"{name} runs in a container and needs a database: call WithReference.");

        var file = Path.Combine(state.Folder, "btec.db");
        return new BtecDatabase(ReferenceExpression.Create($"Data Source={file}"), $"SQLite in {file}");
    }
}
