using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;

namespace Btec.Api.Features.Users;

/// <summary>Which users a request asks for.</summary>
public sealed record UserQuery(string? Text, bool? IsActive, int? BeforeId, int Limit) : IBindableFromHttpContext<UserQuery>
{
    public static ValueTask<UserQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryFields(context);
        var (text, cursor) = (query.Find("q"), query.Find("cursor"));
        if (text is not null && UserSearch.FindFault(text) is { } fault)
            query.Refuse("q", fault);

        var beforeId = cursor is null ? null : PageCursor.ReadId(cursor);
        if (cursor is not null && beforeId is null)
            query.Refuse("cursor", PageCursor.Fault);

        var request = new UserQuery(
            text,
            query.FindBoolean("is_active"),
            beforeId,
            query.FindInteger("limit", 1, PageCursor.MaxLimit) ?? PageCursor.DefaultLimit);
        return ValueTask.FromResult(query.Accept(request));
    }
}

/// <summary>An account to make.</summary>
public sealed record CreateUserRequest : IBindableFromHttpContext<CreateUserRequest>
{
    /// <summary>The e-mail address; it is stored trimmed and in lower case.</summary>
    [ValidEmail]
    public required string Email { get; init; }

    /// <summary>The password; left out or null, the user is mailed a link to set one.</summary>
    [ValidPassword(PasswordOwner.Described)]
    public string? Password { get; init; }

    /// <summary>A name of at most 255 characters, or null.</summary>
    [ValidFullName]
    public string? FullName { get; init; }

    /// <summary>Whether the user may log in.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Whether the user may administer others.</summary>
    public bool IsSuperuser { get; init; }

    public static ValueTask<CreateUserRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<CreateUserRequest>(context);

    internal NewUser ToNewUser() => new(Email, Password, FullName, IsActive, IsSuperuser);
}

/// <summary>What changes of an account.</summary>
public sealed record UpdateUserRequest : IBindableFromHttpContext<UpdateUserRequest>
{
    /// <summary>Another e-mail address, which then is not confirmed.</summary>
    [ValidEmail]
    public Optional<string> Email { get; init; }

    /// <summary>Another password.</summary>
    [ValidPassword(PasswordOwner.Described)]
    public Optional<string> Password { get; init; }

    /// <summary>A name of at most 255 characters; null or empty clears it.</summary>
    [ValidFullName]
    public Optional<string?> FullName { get; init; }

    /// <summary>Whether the user may log in.</summary>
    public Optional<bool> IsActive { get; init; }

    /// <summary>Whether the user may administer others.</summary>
    public Optional<bool> IsSuperuser { get; init; }

    public static ValueTask<UpdateUserRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<UpdateUserRequest>(context);

    internal UserChange ToChange() => new(Email, Password, FullName, IsActive, IsSuperuser);
}
