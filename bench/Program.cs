using Btec.Bench;

using var interruption = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interruption.Cancel();
};

if (args is ["limit", var kind, var connectionString])
    return await LimitServer.RunAsync(kind, connectionString);

if (args is ["growth", var part, var users, var people, var few, var many])
{
    return await Publication.PublishAsync(interruption.Token) is { } published
        ? await GrowthRun.RunAsync(part, int.Parse(users), int.Parse(people), few, many, published, interruption.Token)
        : 1;
}

if (BenchOptions.Parse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(BenchOptions.Usage);
    return 2;
}

try
{
    return await Publication.PublishAsync(interruption.Token) is { } programs
        ? await BenchRun.RunAsync(options with { Programs = programs }, interruption.Token)
        : 1;
}
catch (OperationCanceledException) when (interruption.IsCancellationRequested)
{
    return 130;
}
