using System.Globalization;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace Btec.Api.Features.Users;

/// <summary>What superusers do with the accounts of others.</summary>
public static class UserEndpoints
{
    /// <summary>Digits alone: "me", in a body of another type than its own routes read, must not come here.</summary>
    private const string One = "/{id:int}";

    private static readonly AuthError[] Always =
        [AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.Forbidden, AuthError.Unavailable];

    private static readonly AuthError[] WithBody =
        [.. Always, AuthError.MalformedBody, AuthError.BodyTooLarge, AuthError.UnsupportedMediaType, AuthError.ValidationFailed];

    public static IServiceCollection AddUsers(this IServiceCollection services)
    {
        services.AddScoped<UserSearch>();
        services.AddScoped<UserService>();
        return services;
    }

    public static IEndpointRouteBuilder MapUsers(this IEndpointRouteBuilder endpoints)
    {
        var users = endpoints.MapGroup("/api/users").WithTags("Administration");
        var superusers = users.MapGroup("").RequireAuthorization(BearerAuthentication.SuperuserPolicy);

        superusers.MapGet("", ListAsync)
            .WithName("ListUsers")
            .WithSummary("All users, the newest first")
            .Takes("q", JsonSchemaType.String, "Only users whose e-mail address or name contains this text of at least 3 characters, in any case.")
            .Takes("is_active", JsonSchemaType.Boolean, "Only the active users, or only the others.")
            .TakesPage()
            .ProducesErrors([.. Always, AuthError.ValidationFailed]);

        superusers.MapPost("", CreateAsync)
            .WithName("CreateUser")
            .WithSummary("Make an account for somebody")
            .WithDescription("Without a password the user is mailed a link to set one.")
            .Accepts<CreateUserRequest>("application/json")
            .ProducesErrors([.. WithBody, AuthError.EmailTaken]);

        users.MapGet(One, GetAsync)
            .RequireAuthorization()
            .WithName("GetUser")
            .WithSummary("One user")
            .WithDescription("Superusers see everybody, others themselves.")
            .ProducesErrors([.. Always, AuthError.NotFound]);

        superusers.MapPatch(One, UpdateAsync)
            .WithName("UpdateUser")
            .WithSummary("Change an account")
            .WithDescription(
                "A member that is left out stays as it is (RFC 7396). Deactivating a user, or giving them another password, ends their "
                + "sessions at once. Nobody deactivates or demotes themself, and the last active superuser stays one.")
            .Accepts<UpdateUserRequest>("application/json")
            .ProducesErrors([.. WithBody, AuthError.NotFound, AuthError.EmailTaken, AuthError.LastSuperuser, AuthError.OwnAccount]);

        superusers.MapDelete(One, DeleteAsync)
            .WithName("DeleteUser")
            .WithSummary("Delete an account")
            .WithDescription("Everything of the user goes but the audit events; their sessions end at once.")
            .ProducesErrors([.. Always, AuthError.NotFound, AuthError.LastSuperuser, AuthError.OwnAccount]);

        return endpoints;
    }

    private static async Task<Ok<Page<UserResponse>>> ListAsync(UserQuery query, UserSearch users, CancellationToken cancellationToken)
    {
        // One more than asked for tells whether there is another page.
        var found = await users.ListAsync(query.Text, query.IsActive, query.BeforeId, query.Limit + 1, cancellationToken);
        return TypedResults.Ok(new Page<UserResponse>
        {
            Items = [.. found.Take(query.Limit).Select(UserResponse.From)],
            NextCursor = found.Count > query.Limit ? PageCursor.Write(found[query.Limit - 1].Id) : null,
        });
    }

    private static async Task<Results<Created<UserResponse>, ProblemResult>> CreateAsync(
        CreateUserRequest request, CurrentUser caller, ClientInfo client, UserService administration, CancellationToken cancellationToken)
    {
        var created = await administration.CreateAsync(request.ToNewUser(), caller.User.Id, client, cancellationToken);
        return created.IsSuccess
            ? TypedResults.Created($"/api/users/{created.Value.Id}", UserResponse.From(created.Value))
            : created.Error.ToProblem();
    }

    /// <summary>To others it is the same whether there is such a user.</summary>
    private static async Task<Results<Ok<UserResponse>, ProblemResult>> GetAsync(
        string id, CurrentUser caller, UserSearch users, CancellationToken cancellationToken)
    {
        var userId = ReadId(id);
        if (userId == caller.User.Id)
            return TypedResults.Ok(UserResponse.From(caller.User));

        if (!caller.User.IsSuperuser)
            return AuthError.Forbidden.ToProblem();

        return userId is { } known && await users.FindAsync(known, cancellationToken) is { } user
            ? TypedResults.Ok(UserResponse.From(user))
            : AuthError.NotFound.ToProblem();
    }

    private static async Task<Results<Ok<UserResponse>, ProblemResult>> UpdateAsync(
        string id,
        UpdateUserRequest request,
        CurrentUser caller,
        ClientInfo client,
        UserService administration,
        CancellationToken cancellationToken)
    {
        if (ReadId(id) is not { } userId)
            return AuthError.NotFound.ToProblem();

        var updated = await administration.UpdateAsync(userId, request.ToChange(), caller, client, cancellationToken);
        return updated.IsSuccess ? TypedResults.Ok(UserResponse.From(updated.Value)) : updated.Error.ToProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(
        string id, CurrentUser caller, ClientInfo client, UserService administration, CancellationToken cancellationToken) =>
        ReadId(id) is not { } userId
            ? AuthError.NotFound.ToProblem()
            : await administration.DeleteAsync(userId, caller.User.Id, client, cancellationToken) is { } refused
                ? refused.ToProblem()
                : TypedResults.NoContent();

    /// <summary>An id is written in one way: no sign, no leading zero.</summary>
    private static int? ReadId(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && text[0] != '0' ? id : null;
}
