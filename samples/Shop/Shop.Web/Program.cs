var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.UseDefaultFiles();
app.UseStaticFiles();
app.MapGet("/settings", () => new { auth = builder.Configuration["AuthUrl"], orders = builder.Configuration["OrdersUrl"] });
app.Run();
