using System.Security.Claims;

var builder = WebApplication.CreateBuilder(args);
builder.AddBtecJwtBearer("auth");
// The page comes from another origin.
builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.AllowAnyOrigin().AllowAnyHeader().AllowAnyMethod()));

var app = builder.Build();
var orders = new List<string> { "tea" };
var maxAge = builder.Configuration.GetValue("StepUpMaxAge", TimeSpan.FromMinutes(5));
app.UseCors();
app.MapHealthChecks("/health");
app.MapGet("/orders", (ClaimsPrincipal user) => new { user = user.Identity!.Name, orders }).RequireAuthorization();
app.MapPost("/orders", (string name) => orders.Add(name)).RequireAuthorization(policy => policy.RequireRole("editor"));
app.MapDelete("/orders", () => orders.Clear()).RequireAuthorization(policy => policy.RequireRole("editor")).RequireStepUp(maxAge);
app.Run();
