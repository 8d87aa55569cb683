using System.Globalization;
using Btec.Api.Platform.Http;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Pages;

/// <summary>The stylesheet with the colors that follow from the setting <c>Pages:Accent</c>. Whatever the setting, text can be read and
/// buttons can be seen.</summary>
internal sealed class AccentStyle(IOptions<PagesOptions> options)
{
    /// <summary>The color where <c>Pages:Accent</c> is not set.</summary>
    private const string DefaultAccent = "#1d5fbf";

    /// <summary>The minimum contrast of text (WCAG 2.2, success criterion 1.4.3).</summary>
    private const double TextContrast = 4.5;

    /// <summary>The minimum contrast of buttons (WCAG 2.2, success criterion 1.4.11).</summary>
    private const double ShapeContrast = 3;

    /// <summary>The background of fields in the dark scheme, the lightest on which links stand, and that of the page in the light one,
    /// the darkest. They are those of <c>base.css</c>.</summary>
    private static readonly Color Dark = Color.Parse("#232932");
    private static readonly Color Light = Color.Parse("#eef1f5");

    private static readonly Color White = new(255, 255, 255);
    private static readonly Color Black = new(0, 0, 0);

    public string Write()
    {
        var accent = Color.Parse(options.Value.Accent ?? DefaultAccent);
        return $$"""
            :root { {{Describe(accent, Black, Light)}} }
            @media (prefers-color-scheme: dark) { :root { {{Describe(accent, White, Dark)}} } }

            """;
    }

    private static string Describe(Color accent, Color towards, Color background)
    {
        var shape = accent.MixUntil(towards, background, ShapeContrast);
        var onShape = shape.ContrastTo(White) >= TextContrast ? White : Black;
        return $"--accent: {shape}; --on-accent: {onShape}; --accent-text: {accent.MixUntil(towards, background, TextContrast)};";
    }

    /// <summary>A color in sRGB.</summary>
    private sealed record Color(double Red, double Green, double Blue)
    {
        public static Color Parse(string text)
        {
            var value = int.Parse(text.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return new Color((value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
        }

        /// <summary>Returns the contrast ratio (WCAG 2.2, definition of "contrast ratio"), of 1 to 21.</summary>
        public double ContrastTo(Color other)
        {
            var (one, two) = (Luminance, other.Luminance);
            return (Math.Max(one, two) + 0.05) / (Math.Min(one, two) + 0.05);
        }

        /// <summary>Mixes the color with another one, as little as makes it readable on a background.</summary>
        public Color MixUntil(Color other, Color background, double contrast)
        {
            var mixed = this;
            for (var part = 0.0; mixed.ContrastTo(background) < contrast && part <= 1; part += 0.05)
                mixed = Mix(other, part);

            return mixed;
        }

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"#{(int)Red:x2}{(int)Green:x2}{(int)Blue:x2}");

        /// <summary>Gets the relative luminance (WCAG 2.2, definition of "relative luminance").</summary>
        private double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

        private Color Mix(Color other, double part) => new(
            Red + ((other.Red - Red) * part), Green + ((other.Green - Green) * part), Blue + ((other.Blue - Blue) * part));

        private static double Linear(double channel) =>
            channel / 255 <= 0.04045 ? channel / 255 / 12.92 : Math.Pow(((channel / 255) + 0.055) / 1.055, 2.4);
    }
}
