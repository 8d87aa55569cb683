using Btec.Api.Features.Audit;
using Btec.Api.Features.Development;
using Btec.Api.Features.Health;
using Btec.Api.Features.Login;
using Btec.Api.Features.Me;
using Btec.Api.Features.OAuth;
using Btec.Api.Features.Sessions;
using Btec.Api.Features.Users;
using Btec.Api.Mail;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Retention;
using Btec.ServiceDefaults;

return await ConfigurationErrors.RunAsync(async () =>
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.WebHost.UseKestrelHttpsConfiguration();
    builder.AddServiceDefaults();
    builder.AddServerLimits();
    builder.AddBtecDatabase(answersRequests: true);
    builder.Services.AddAccountData().AddAuditTrail().AddRetention();
    builder.Services.AddRouting();
    builder.Services.AddJsonConventions();
    builder.Services.AddPublicAddress();
    builder.Services.AddTrustedProxies();
    builder.Services.AddCrossOriginPolicy();
    builder.Services.AddSecurityHeaders(builder.Environment);
    builder.Services.AddBearerAuthentication();
    builder.Services.AddRateLimiting(builder.Configuration);
    builder.Services.AddAuth();
    builder.Services.AddSessions();
    builder.Services.AddAccounts();
    builder.Services.AddOAuth();
    builder.Services.AddUsers();
    builder.Services.AddAudit();
    builder.Services.AddDevelopment();
    builder.Services.AddMail();
    builder.Services.AddApiDocumentation();

    await using var app = builder.Build();
    app.CheckOptions();
    await app.MigrateOwnFileAsync();

    app.UseTrustedProxies();
    app.UseSecurityHeaders();
    app.UseProblems();
    app.UseNoStore();
    app.UseCors();
    app.UseRateLimits();
    app.UseAuthentication();
    app.UseAuthorization();

    app.MapDefaultEndpoints();
    app.MapAuth();
    app.MapOAuth();
    app.MapSessions();
    app.MapMe();
    app.MapAccounts();
    app.MapUsers();
    app.MapAudit();
    app.MapWellKnown();
    app.MapHealth();
    app.MapDevelopment();
    app.MapApiDocumentation();

    await app.RunAsync();
    return 0;
});
