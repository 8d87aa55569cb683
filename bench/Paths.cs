namespace Btec.Bench;

/// <summary>The routes under measurement.</summary>
internal static class Paths
{
    public const string Me = "/api/users/me";
    public const string Users = "/api/users";
    public const string Health = "/api/health";
    public const string Login = "/api/auth/login";
    public const string Register = "/api/auth/register";
}
