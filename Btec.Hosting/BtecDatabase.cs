using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting;

/// <summary>The database of the backend.</summary>
/// <param name="ConnectionString">The value of <c>ConnectionStrings:btecdb</c>.</param>
/// <param name="Description">The description of the database in the log.</param>
internal sealed record BtecDatabase(ReferenceExpression ConnectionString, string Description);
