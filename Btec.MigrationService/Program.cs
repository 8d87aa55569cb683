using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Retention;
using Btec.MigrationService;
using Btec.ServiceDefaults;

return await ConfigurationErrors.RunAsync(async () =>
{
    var command = WorkerCommand.Parse(args);
    var builder = Host.CreateApplicationBuilder(command.Configuration);
    builder.AddServiceDefaults();
    builder.AddBtecDatabase();
    builder.Services.AddAccountData().AddAuditTrail().AddRetention();
    builder.Services.AddMigrationWorker(command, builder.Configuration, builder.Environment);

    using var host = builder.Build();
    host.CheckOptions();
    return await host.RunWorkerAsync(command);
});
