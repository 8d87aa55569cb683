namespace Btec.Commands;

internal static class Usage
{
    private const string Text = """
        dotnet btec.cs VERB

          up                    start the whole system; Ctrl-C stops it
          test [OPTIONS]        run every test that this machine can run; options go to the runner (--filter-class NAME, …)
          test --all [OPTIONS]  the same, but fail rather than leave anything out
          bench [OPTIONS]       measure the API in Production against its limits; --quick and --rows ROW,… make it short
          migrations add NAME   add a migration to both databases
          lint                  check formatting and analyzers
          lint --fix            apply the formatting first

        The packages of Aspire are used where they restore; UseAspire=true or false in the environment decides instead.
        """;

    /// <summary>What a shell expects of a command that it was given wrongly.</summary>
    private const int WrongUsage = 2;

    public static int Show()
    {
        Console.WriteLine(Text);
        return 0;
    }

    public static int Refuse(string[] args)
    {
        Console.Error.WriteLine($"btec: I do not know \"{string.Join(' ', args)}\".");
        Console.Error.WriteLine();
        Console.Error.WriteLine(Text);
        return WrongUsage;
    }
}
