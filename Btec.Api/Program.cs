using Btec.Api.Accounts;
using Btec.Api.Administration;
using Btec.Api.Auditing;
using Btec.Api.Auth;
using Btec.Api.Development;
using Btec.Api.Documentation;
using Btec.Api.Errors;
using Btec.Api.Health;
using Btec.Api.Http;
using Btec.Api.Mail;
using Btec.Api.Protection;
using Btec.Api.Security;
using Btec.Api.Sessions;
using Btec.Api.Tokens;
using Btec.Api.Users;
using Btec.Api.WellKnown;
using Btec.Data;
using Btec.ServiceDefaults;

return await StartGuard.RunAsync(async () =>
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.WebHost.UseKestrelHttpsConfiguration();
    builder.AddServiceDefaults();
    builder.AddServerLimits();
    builder.AddBtecDatabase(answersRequests: true);
    builder.Services.AddRouting();
    builder.Services.AddJsonConventions();
    builder.Services.AddPublicAddress();
    builder.Services.AddTrustedProxies();
    builder.Services.AddCrossOriginPolicy();
    builder.Services.AddSecurityHeaders(builder.Environment);
    builder.Services.AddBearerAuthentication();
    builder.Services.AddProtection(builder.Configuration);
    builder.Services.AddAuth();
    builder.Services.AddSessions();
    builder.Services.AddAccounts();
    builder.Services.AddTokens();
    builder.Services.AddAdministration();
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
    app.MapTokens();
    app.MapSessions();
    app.MapUsers();
    app.MapAccounts();
    app.MapAdministration();
    app.MapAudit();
    app.MapWellKnown();
    app.MapHealth();
    app.MapDevelopment();
    app.MapApiDocumentation();

    await app.RunAsync();
    return 0;
});
