namespace Btec.Data.Figures;

/// <summary>A number of rows.</summary>
public sealed record Figure(long Count, FigurePrecision Precision);

/// <summary>The precision of a <see cref="Figure"/>.</summary>
public enum FigurePrecision
{
    /// <summary>The rows were counted.</summary>
    Exact,

    /// <summary>The database estimated the number.</summary>
    About,

    /// <summary>There are this many rows or more.</summary>
    AtLeast,
}
