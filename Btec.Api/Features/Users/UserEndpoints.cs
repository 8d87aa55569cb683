using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace Btec.Api.Features.Users;

/// <summary>The routes with which superusers administer accounts. Users change and delete their own in Features/Me; the rules of both deletions
/// are those of <see cref="Btec.Data.Accounts.UserDeletion"/>.</summary>
internal static class UserEndpoints
{
    /// <summary>The path of one user. The constraint keeps "me" out, whose routes are in Features/Me.</summary>
    private const string One = "/{id:int}";

    public static IServiceCollection AddUsers(this IServiceCollection services)
    {
        services.AddScoped<UserSearch>();
        services.AddScoped<UserService>();
        services.AddScoped<UserRoleService>();
        return services;
    }

    public static IEndpointRouteBuilder MapUsers(this IEndpointRouteBuilder endpoints)
    {
        var users = endpoints.MapGroup("/api/users").WithTags("Administration");
        var superusers = users.MapGroup("").RequireAuthorization(BearerAuthentication.SuperuserPolicy);

        superusers.MapGet("", ListAsync)
            .WithName("ListUsers")
            .WithSummary("List users, newest first")
            .WithQueryParameter(
                "q", JsonSchemaType.String,
                "A part of the e-mail address or the name, at least 3 characters long. Upper and lower case match each other.")
            .WithQueryParameter("is_active", JsonSchemaType.Boolean, "True for active users only, false for inactive ones only.")
            .WithPaging();

        superusers.MapPost("", CreateAsync)
            .LimitCaller(RatePolicy.Administration)
            .MayRequireStepUp("if is_superuser is true")
            .WithName("CreateUser")
            .WithSummary("Create an account")
            .WithDescription("Without a password the user is mailed a link to set one.")
            .Accepts<CreateUserRequest>("application/json")
            .ProducesErrors(AuthError.EmailTaken);

        users.MapGet(One, GetAsync)
            .RequireAuthorization()
            .WithName("GetUser")
            .WithSummary("Get a user")
            .WithDescription("Superusers can get every user, other callers only themselves.")
            .ProducesErrors(AuthError.Forbidden, AuthError.NotFound);

        superusers.MapPatch(One, UpdateAsync)
            .LimitCaller(RatePolicy.Administration)
            .MayRequireStepUp("if email, password or is_superuser is sent")
            .WithName("UpdateUser")
            .WithSummary("Change an account")
            .WithDescription(
                "A member that is left out stays as it is (RFC 7396). Deactivating a user or setting their password ends their "
                + "sessions at once. Superusers cannot change their own password or address here, nor deactivate or demote "
                + "themselves, and the last active superuser cannot be deactivated or demoted.")
            .Accepts<UpdateUserRequest>("application/json")
            .ProducesErrors(AuthError.NotFound, AuthError.EmailTaken, AuthError.LastSuperuser, AuthError.OwnAccount);

        superusers.MapDelete(One, DeleteAsync)
            .LimitCaller(RatePolicy.Administration)
            .RequireStepUp()
            .WithName("DeleteUser")
            .WithSummary("Delete an account")
            .WithDescription("Deletes everything that belongs to the user except the audit events. Their sessions end at once. "
                + "Superusers cannot delete themselves here, and the last active superuser cannot be deleted.")
            .ProducesErrors(AuthError.NotFound, AuthError.LastSuperuser, AuthError.OwnAccount);

        return endpoints;
    }

    private static async Task<Ok<Page<UserResponse>>> ListAsync(
        UserListQuery query, UserSearch users, CancellationToken cancellationToken)
    {
        // If there is a next page, one user more than the page holds is found.
        var found = await users.ListAsync(query.Text, query.IsActive, query.BeforeId, query.Limit + 1, cancellationToken);
        return TypedResults.Ok(new Page<UserResponse>
        {
            Items = [.. found.Take(query.Limit).Select(UserResponse.From)],
            NextCursor = found.Count > query.Limit ? PageCursor.Write(found[query.Limit - 1].Id) : null,
        });
    }

    private static async Task<Results<Created<UserResponse>, ProblemResult>> CreateAsync(
        CreateUserRequest request,
        CurrentUser caller,
        ClientInfo client,
        UserService users,
        StepUpRule stepUp,
        HttpRequest http,
        CancellationToken cancellationToken)
    {
        if (request.IsSuperuser && stepUp.FindRefusal(caller) is { } refusal)
            return refusal;

        var user = new NewUser(request.Email, request.Password, request.ToProfile(), request.IsActive, request.IsSuperuser);
        var created = await users.CreateAsync(user, caller.Actor, client, cancellationToken);
        return created.IsSuccess
            ? TypedResults.Created(http.PathBase + $"/api/users/{created.Value.Id}", UserResponse.From(created.Value))
            : created.Error.ToProblem();
    }

    /// <summary>Gets a user. Other callers than superusers get 403 whether or not the user exists, so that ids cannot be
    /// probed.</summary>
    private static async Task<Results<Ok<UserResponse>, ProblemResult>> GetAsync(
        string id, CurrentUser caller, UserSearch users, CancellationToken cancellationToken)
    {
        var userId = ResourceId.ParseInteger(id);
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
        UserService users,
        StepUpRule stepUp,
        OwnerPasswordRules rules,
        CancellationToken cancellationToken)
    {
        if (request.ChangesProtection && stepUp.FindRefusal(caller) is { } refusal)
            return refusal;

        if (ResourceId.ParseInteger(id) is not { } userId)
            return AuthError.NotFound.ToProblem();

        // The request was checked against the address and the name that it sets; these are the ones that the user has.
        if (request.Password.Value is { } password
            && await rules.FindFaultsAsync(userId, password, cancellationToken) is { Count: > 0 } faults)
            return AuthError.ValidationFailed.ToProblem("password", faults);

        var change = new UserChange(request.Email, request.Password, request.ApplyTo, request.IsActive, request.IsSuperuser);
        var updated = await users.UpdateAsync(userId, change, caller.Actor, client, cancellationToken);
        return updated.IsSuccess ? TypedResults.Ok(UserResponse.From(updated.Value)) : updated.Error.ToProblem();
    }

    /// <summary>Deletes a user. Superusers may, by the policy of the route; <see cref="UserDeletion"/> has the rules on whom.</summary>
    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(
        string id, CurrentUser caller, ClientInfo client, UserService users, CancellationToken cancellationToken)
    {
        if (ResourceId.ParseInteger(id) is not { } userId)
            return AuthError.NotFound.ToProblem();

        var deleted = await users.DeleteAsync(userId, caller.Actor, client, cancellationToken);
        return deleted.IsSuccess ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }
}
