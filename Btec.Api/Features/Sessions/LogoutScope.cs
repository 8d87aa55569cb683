namespace Btec.Api.Features.Sessions;

/// <summary>The sessions that a logout ends.</summary>
internal enum LogoutScope
{
    /// <summary>The caller's session.</summary>
    Local,

    /// <summary>The other sessions of the caller.</summary>
    Others,

    /// <summary>Every session of the caller.</summary>
    Global,
}
