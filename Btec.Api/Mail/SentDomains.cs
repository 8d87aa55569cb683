using MimeKit;
using MimeKit.Encodings;

namespace Btec.Api.Mail;

/// <summary>The domains of the mails that are sent, which stay in ASCII. MimeKit decodes A-labels whenever it reads an address, and
/// MailKit then asks for SMTPUTF8, which servers further on may not support.</summary>
/// <remarks>MimeKit has one encoding for the whole process, so this one applies only within <see cref="Keep"/>.</remarks>
internal sealed class SentDomains : IPunycode
{
    private static readonly AsyncLocal<bool> IsKept = new();
    private readonly IPunycode _default = MailboxAddress.IdnMapping;

    static SentDomains() => MailboxAddress.IdnMapping = new SentDomains();

    private SentDomains()
    {
    }

    /// <summary>Keeps domains as they are until the result is disposed, in this method and in those that it calls.</summary>
    public static IDisposable Keep() => new Scope();

    public string Encode(string unicode) => _default.Encode(unicode);

    public string Encode(string unicode, int index) => _default.Encode(unicode, index);

    public string Encode(string unicode, int index, int count) => _default.Encode(unicode, index, count);

    public string Decode(string ascii) => IsKept.Value ? ascii : _default.Decode(ascii);

    public string Decode(string ascii, int index) => IsKept.Value ? ascii[index..] : _default.Decode(ascii, index);

    public string Decode(string ascii, int index, int count) =>
        IsKept.Value ? ascii.Substring(index, count) : _default.Decode(ascii, index, count);

    private sealed class Scope : IDisposable
    {
        private readonly bool _before = IsKept.Value;

        public Scope() => IsKept.Value = true;

        public void Dispose() => IsKept.Value = _before;
    }
}
