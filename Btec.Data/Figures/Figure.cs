namespace Btec.Data.Figures;

/// <summary>A number of rows.</summary>
public sealed record Figure(long Count, FigurePrecision Precision);

/// <summary>How precise a <see cref="Figure"/> is.</summary>
public enum FigurePrecision
{
    /// <summary>The rows were counted.</summary>
    Exact,

    /// <summary>The database estimated the number.</summary>
    About,

    /// <summary>There are this many rows or more.</summary>
    AtLeast,
}
