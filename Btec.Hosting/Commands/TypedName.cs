using Aspire.Hosting;

namespace Btec.Hosting.Commands;

/// <summary>The argument by which a destructive command is confirmed: the name of what it destroys, typed. Unlike a dialog, it
/// also protects callers on the command line.</summary>
internal static class TypedName
{
    public const string Argument = "name";

    /// <summary>Creates the argument.</summary>
    public static InteractionInput Ask(string expected) => new()
    {
        Name = Argument,
        Label = $"Type {expected} to confirm",
        InputType = InputType.Text,
        Required = true,
        Placeholder = expected,
    };

    /// <summary>Refuses any other name.</summary>
    public static Task ValidateAsync(InputsDialogValidationContext context, string expected)
    {
        if (context.Inputs[Argument].Value != expected)
            context.AddValidationError(Argument, $"Type {expected} to confirm.");

        return Task.CompletedTask;
    }
}
