#!/usr/bin/env dotnet
#:property PublishAot=false
#:property AllowUnsafeBlocks=true
#:property FileBasedProgramCanSkipMSBuild=false

// The commands of the README: dotnet btec.cs VERB, or ./btec.cs VERB on Unix.
// The rooms are in btec/. Directory.Build.props compiles them in, because #:include came only with SDK 10.0.300; MSBuild
// then has to look at each start, or an older SDK would run on with what it compiled before btec/ changed. The generated
// code of LibraryImport (btec/Child.cs) is unsafe.

using Btec.Commands;

using var interruption = new Interruption();
try
{
    return args switch
    {
        ["up"] => await UpCommand.RunAsync(interruption.Token),
        ["test", .. var arguments] => await TestCommand.RunAsync(arguments, interruption.Token),
        ["bench", .. var arguments] => await BenchCommand.RunAsync(arguments, interruption.Token),
        ["migrations", "add", var name] => await MigrationsCommand.AddAsync(name, interruption.Token),
        ["lint"] => await LintCommand.RunAsync(fix: false, interruption.Token),
        ["lint", "--fix"] => await LintCommand.RunAsync(fix: true, interruption.Token),
        [] or ["help" or "--help" or "-h"] => Usage.Show(),
        _ => Usage.Refuse(args),
    };
}
catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
{
    return args is ["up"] ? 0 : Interruption.ExitCode;
}
