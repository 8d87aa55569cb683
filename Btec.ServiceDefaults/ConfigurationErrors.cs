using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Btec.ServiceDefaults;

/// <summary>Reports a configuration error that prevents the start, in one line that names the setting.</summary>
public static class ConfigurationErrors
{
    /// <summary>The exit code for a configuration error (EX_CONFIG in sysexits.h).</summary>
    public const int ExitCode = 78;

    /// <summary>Runs a program and returns its exit code, or <see cref="ExitCode"/> if its configuration is invalid.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        try
        {
            return await program();
        }
        catch (OptionsValidationException exception)
        {
            return await ExplainAsync(exception.Failures);
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return await ExplainAsync(
                exception.InnerExceptions.OfType<OptionsValidationException>().SelectMany(inner => inner.Failures));
        }
        catch (InvalidOperationException exception) when (IsBindingFailure(exception))
        {
            return await ExplainAsync([exception.Message]);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            return await ExplainAsync([$"PORT or ASPNETCORE_URLS: {exception.Message}"]);
        }
        catch (SocketException exception) when (
            exception.SocketErrorCode is SocketError.AccessDenied or SocketError.AddressNotAvailable)
        {
            return await ExplainAsync([$"PORT or ASPNETCORE_URLS: {exception.Message}."]);
        }
    }

    /// <summary>Validates all options that are validated at start-up. The host would do so later, but would also log the failure
    /// with its stack trace.</summary>
    public static void CheckOptions(this IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        host.Services.GetService<IStartupValidator>()?.Validate();
    }

    /// <summary>Returns whether the configuration binder failed. It has no exception type of its own; its message begins "Failed
    /// to convert configuration value 'x' at 'Section:Name' to type 'T'".</summary>
    private static bool IsBindingFailure(InvalidOperationException exception) =>
        exception.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal);

    private static async Task<int> ExplainAsync(IEnumerable<string> failures)
    {
        // Options that depend on others report the failures of those as well, hence Distinct.
        var reasons = string.Join(' ', failures.Distinct(StringComparer.Ordinal));
        await Console.Error.WriteLineAsync($"Configuration: {reasons.ReplaceLineEndings(" ")}");
        return ExitCode;
    }
}
