using System.Reflection;
using System.Text;

namespace Btec.Api.Features.Pages;

/// <summary>The files of the folder <c>Pages</c>, which are embedded in the assembly and read when they are needed.</summary>
internal sealed class PageFiles
{
    private const string Folder = "Pages/";

    private readonly Assembly _assembly = typeof(PageFiles).Assembly;
    private readonly HashSet<string> _names;

    public PageFiles() => _names =
    [
        .. _assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..]),
    ];

    /// <summary>Gets the paths in the folder, such as <c>public/sign-in.html</c>.</summary>
    public IReadOnlyCollection<string> Names => _names;

    public bool Contains(string name) => _names.Contains(name);

    public byte[] ReadBytes(string name)
    {
        using var resource = _assembly.GetManifestResourceStream(Folder + name)
            ?? throw new FileNotFoundException($"The pages have no file {name}.", name);
        using var bytes = new MemoryStream((int)resource.Length);
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }

    public string ReadText(string name) => Encoding.UTF8.GetString(ReadBytes(name));
}
