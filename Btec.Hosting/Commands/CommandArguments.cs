using System.Globalization;
using Aspire.Hosting;

namespace Btec.Hosting.Commands;

/// <summary>The arguments of the commands on the API. They are checked before the command runs, so that the dialog stays open.</summary>
internal static class CommandArguments
{
    public const string Email = "email";
    public const string Count = "count";

    /// <summary>The bound of the API's own route.</summary>
    private const int MaxDemoUsers = 10_000;

    public static InteractionInput AskForEmail() =>
        new() { Name = Email, Label = "E-mail address", InputType = InputType.Text, Required = true, Placeholder = "demo1@example.com" };

    public static InteractionInput AskForCount() =>
        new() { Name = Count, Label = "Number of users, up to 10,000", InputType = InputType.Number, Required = true, Value = "5" };

    /// <summary>Refuses text that is obviously not an e-mail address. The API checks the rest.</summary>
    public static Task ValidateEmailAsync(InputsDialogValidationContext context)
    {
        if (context.Inputs[Email].Value?.Trim().Split('@') is not [{ Length: > 0 }, { Length: > 0 }])
            context.AddValidationError(Email, "An e-mail address has one @ with something on both sides.");

        return Task.CompletedTask;
    }

    /// <summary>Refuses what is not a number from 1 to 10,000.</summary>
    public static Task ValidateCountAsync(InputsDialogValidationContext context)
    {
        if (!int.TryParse(context.Inputs[Count].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 1 or > MaxDemoUsers)
            context.AddValidationError(Count, "Use a number from 1 to 10,000.");

        return Task.CompletedTask;
    }
}
