using System.Globalization;

namespace Btec.ServiceDefaults;

/// <summary>The culture of the process.</summary>
internal static class ProcessCulture
{
    /// <summary>Makes everything that the process writes independent of <c>LANG</c>: in a Thai locale, the logs would come from
    /// the year 2569.</summary>
    public static void UseInvariant()
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
    }
}
