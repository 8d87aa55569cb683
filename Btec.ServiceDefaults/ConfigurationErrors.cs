using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Btec.ServiceDefaults;

/// <summary>Turns a start that configuration made impossible into one line that names the setting.</summary>
public static class ConfigurationErrors
{
    /// <summary>The exit code of a program whose configuration is unusable (sysexits.h, EX_CONFIG).</summary>
    public const int ExitCode = 78;

    /// <summary>Runs a program, and returns its exit code or, when its configuration stopped it, <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        try
        {
            return await program();
        }
        catch (OptionsValidationException exception)
        {
            return await ExplainAsync(string.Join(' ', exception.Failures));
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return await ExplainAsync(string.Join(
                ' ', exception.InnerExceptions.OfType<OptionsValidationException>().SelectMany(inner => inner.Failures)));
        }
        catch (InvalidOperationException exception) when (IsBindingFailure(exception))
        {
            return await ExplainAsync(exception.Message);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            return await ExplainAsync($"PORT or ASPNETCORE_URLS: {exception.Message}");
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AccessDenied or SocketError.AddressNotAvailable)
        {
            return await ExplainAsync($"PORT or ASPNETCORE_URLS: {exception.Message}.");
        }
    }

    /// <summary>Validates all options that are validated at start, before the host does: it would log the failure a second time,
    /// with its stack trace.</summary>
    public static void CheckOptions(this IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        host.Services.GetService<IStartupValidator>()?.Validate();
    }

    /// <summary>The configuration binder's "Failed to convert configuration value 'x' at 'Section:Name' to type 'T'": it has no
    /// exception of its own.</summary>
    private static bool IsBindingFailure(InvalidOperationException exception) =>
        exception.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal);

    private static async Task<int> ExplainAsync(string reason)
    {
        await Console.Error.WriteLineAsync($"Configuration: {reason.ReplaceLineEndings(" ")}");
        return ExitCode;
    }
}
