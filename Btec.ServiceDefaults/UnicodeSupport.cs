using Microsoft.Extensions.Options;

namespace Btec.ServiceDefaults;

/// <summary>The check that the runtime has the data of Unicode. In its invariant mode it neither composes letters nor maps domains by
/// UTS 46, so that one mailbox could have several accounts.</summary>
internal static class UnicodeSupport
{
    private const string Setting = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    /// <exception cref="OptionsValidationException">The runtime is in its invariant mode.</exception>
    public static void Require()
    {
        if ("u\u0308".Normalize() != "\u00FC")
        {
            throw new OptionsValidationException(
                Setting, typeof(UnicodeSupport),
                [$"{Setting} must not be on, and the system needs ICU, because e-mail addresses are compared by the rules of Unicode."]);
        }
    }
}
