namespace Btec.Tests.StepUp;

/// <summary>The routes that require an access token, and which of their requests require step-up authentication. A route that is new
/// belongs here: does it change how an account is protected, or what others may do?</summary>
internal static class StepUpRoutes
{
    /// <summary>One request of each route, and one of each kind where requests differ. <c>{id}</c> stands for what does not exist,
    /// <c>{own}</c> for the session of the request, <c>{email}</c> for an address that is taken.</summary>
    public static readonly IReadOnlyList<StepUpRoute> All =
    [
        new("POST /api/auth/step-up", StepUpNeed.Never),
        new("POST /api/auth/logout", StepUpNeed.Never),
        new("POST /api/auth/logout?scope=local", StepUpNeed.Never),
        new("POST /api/auth/logout?scope=others", StepUpNeed.Always),
        new("POST /api/auth/logout?scope=global", StepUpNeed.Always),
        new("POST /api/auth/email-verification", StepUpNeed.Never),
        new("GET /api/users/me", StepUpNeed.Never),
        new("PATCH /api/users/me", StepUpNeed.Never, """{"full_name": "Ada"}"""),
        new("DELETE /api/users/me", StepUpNeed.BesidePassword),
        new("POST /api/users/me/password", StepUpNeed.BesidePassword),
        new("POST /api/users/me/email", StepUpNeed.BesidePassword),
        new("GET /api/users/me/sessions", StepUpNeed.Never),
        new("DELETE /api/users/me/sessions/{id}", StepUpNeed.Always),
        new("DELETE /api/users/me/sessions/{own}", StepUpNeed.Never),
        new("GET /api/users/me/factors", StepUpNeed.Never),
        new("POST /api/users/me/totp", StepUpNeed.Always),
        new("POST /api/users/me/totp/{id}/confirm", StepUpNeed.TwoFactors),
        new("DELETE /api/users/me/totp/{id}", StepUpNeed.Always),
        new("POST /api/users/me/recovery-codes", StepUpNeed.Always),
        new("POST /api/users/me/passkeys/options", StepUpNeed.Always),
        new("POST /api/users/me/passkeys", StepUpNeed.Always),
        new("PATCH /api/users/me/passkeys/{id:guid}", StepUpNeed.Never),
        new("DELETE /api/users/me/passkeys/{id:guid}", StepUpNeed.Always),
        new("GET /api/users/me/identities", StepUpNeed.Never),
        new("POST /api/users/me/identities", StepUpNeed.Always),
        new("DELETE /api/users/me/identities/{id}", StepUpNeed.Always),
        new("GET /api/users/me/grants", StepUpNeed.Never),
        new("DELETE /api/users/me/grants/{client_id}", StepUpNeed.Never),
        new("GET /api/oauth-clients", StepUpNeed.Always),
        new("POST /api/oauth-clients", StepUpNeed.Always),
        new("GET /api/oauth-clients/{id}", StepUpNeed.Always),
        new("PATCH /api/oauth-clients/{id}", StepUpNeed.Always),
        new("DELETE /api/oauth-clients/{id}", StepUpNeed.Always),
        new("POST /api/oauth-clients/{id}/secret", StepUpNeed.Always),
        new("GET /api/webhooks", StepUpNeed.Always),
        new("POST /api/webhooks", StepUpNeed.Always, """{"url": "https://shop.example.com/hook", "events": ["user.created"]}"""),
        new("GET /api/webhooks/{id:guid}", StepUpNeed.Always),
        new("PATCH /api/webhooks/{id:guid}", StepUpNeed.Always, """{"is_active": false}"""),
        new("DELETE /api/webhooks/{id:guid}", StepUpNeed.Always),
        new("POST /api/webhooks/{id:guid}/secret", StepUpNeed.Always),
        new("POST /api/webhooks/{id:guid}/test", StepUpNeed.Always),
        new("GET /api/webhooks/{id:guid}/deliveries", StepUpNeed.Always),
        new("POST /api/webhooks/{id:guid}/deliveries/{deliveryId:guid}/retry", StepUpNeed.Always),
        new("GET /api/users", StepUpNeed.Never),
        new("POST /api/users", StepUpNeed.Never, """{"email": "{email}"}"""),
        new("POST /api/users", StepUpNeed.Never, """{"email": "{email}", "is_superuser": false}"""),
        new("POST /api/users", StepUpNeed.Always, """{"email": "{email}", "is_superuser": true}"""),
        new("GET /api/users/{id:int}", StepUpNeed.Never),
        new("PATCH /api/users/{id:int}", StepUpNeed.Never, """{"full_name": "Ada", "is_active": false}"""),
        new("PATCH /api/users/{id:int}", StepUpNeed.Always, """{"is_superuser": false}"""),
        new("PATCH /api/users/{id:int}", StepUpNeed.Always, """{"email": "{email}"}"""),
        new("PATCH /api/users/{id:int}", StepUpNeed.Always, """{"password": "a staple is no battery"}"""),
        new("PUT /api/users/{id:int}/roles", StepUpNeed.Always, """{"roles": ["editor"]}"""),
        new("DELETE /api/users/{id:int}", StepUpNeed.Always),
        new("GET /api/users/{id:int}/factors", StepUpNeed.Never),
        new("DELETE /api/users/{id:int}/factors", StepUpNeed.Always),
        new("GET /api/users/{id:int}/sessions", StepUpNeed.Never),
        new("DELETE /api/users/{id:int}/sessions", StepUpNeed.Always),
        new("GET /api/figures", StepUpNeed.Never),
        new("GET /api/signing-keys", StepUpNeed.Never),
        new("GET /api/audit-events", StepUpNeed.Never),
        new("GET /oauth/userinfo", StepUpNeed.Never),
        new("POST /oauth/userinfo", StepUpNeed.Never),
    ];
}

/// <summary>A request of a route.</summary>
/// <param name="Request">The method and the path, as the route has it, with the query.</param>
/// <param name="Need">The condition under which it requires step-up authentication.</param>
/// <param name="Json">The body, which only requests need whose need depends on it.</param>
internal sealed record StepUpRoute(string Request, StepUpNeed Need, string? Json = null)
{
    /// <summary>The route of the request.</summary>
    public string Template => Request.Split('?')[0].Replace("{own}", "{id}", StringComparison.Ordinal);
}

/// <summary>The conditions under which a request requires step-up authentication.</summary>
internal enum StepUpNeed
{
    Never,

    /// <summary>From callers with a second factor only, because the request contains the password.</summary>
    BesidePassword,

    /// <summary>From callers with a second factor only, and whatever the age of the proof.</summary>
    TwoFactors,

    Always,
}
