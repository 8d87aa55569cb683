using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);
var password = builder.AddParameter("user-password", "sesame, open the door", secret: true);
var introspection = builder.AddParameter("orders-secret", new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true);
var web = builder.AddProject<Projects.Shop_Web>("web");

var auth = builder.AddBtec("auth", builder.Configuration.GetValue<int?>("AuthPort"))
    .WithClient("web", web.GetEndpoint("http"), "/callback.html")
    .WithClient("orders", client => client.WithSecret(introspection).WithGrantTypes("client_credentials").MayIntrospect())
    .WithRoles("editor", "clerk")
    .WithUser("ada@example.com", password, "editor")
    .WithUser("bob@example.com", password, "clerk");

var orders = builder.AddProject<Projects.Shop_Orders>("orders")
    .WithReference(auth)
    .WaitFor(auth)
    .WithEnvironment("Btec__Client__IntrospectionClientId", "orders")
    .WithEnvironment("Btec__Client__IntrospectionClientSecret", introspection)
    .WithHttpHealthCheck("/health");
web.WithEnvironment("AuthUrl", auth.GetEndpoint("http")).WithEnvironment("OrdersUrl", orders.GetEndpoint("http"));

builder.Build().Run();
