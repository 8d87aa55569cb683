using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Btec.ServiceDefaults;

/// <summary>Reports a configuration error that prevents the start, in one line that names the setting.</summary>
public static partial class ConfigurationErrors
{
    /// <summary>The exit code for a configuration error (EX_CONFIG in sysexits.h).</summary>
    public const int ExitCode = 78;

    /// <summary>Runs a program in the invariant culture, and returns its exit code, or <see cref="ExitCode"/> if its
    /// configuration is invalid.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        ProcessCulture.UseInvariant();
        StrictTimeSpanConverter.Register();
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
        catch (InvalidOperationException exception) when (BindingFailure().Match(exception.Message) is { Success: true } failure)
        {
            return await ExplainAsync([$"{failure.Groups["setting"].Value} must be {Describe(failure.Groups["type"].Value)}."]);
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

    /// <summary>Describes the values of a type, without the value that failed: it may be a secret in the wrong place.</summary>
    private static string Describe(string type) => type switch
    {
        "System.TimeSpan" or "System.Nullable`1[System.TimeSpan]" => StrictTimeSpanConverter.Form,
        "System.Boolean" or "System.Nullable`1[System.Boolean]" => "true or false",
        "System.Int32" or "System.Nullable`1[System.Int32]" or "System.Int64" => "a whole number",
        _ => "one of the values in docs/configuration.md",
    };

    private static async Task<int> ExplainAsync(IEnumerable<string> failures)
    {
        // Options that depend on others report the failures of those as well, hence Distinct.
        var reasons = string.Join(' ', failures.Distinct(StringComparer.Ordinal));
        await Console.Error.WriteLineAsync($"Configuration: {reasons.ReplaceLineEndings(" ")}");
        return ExitCode;
    }

    /// <summary>The message of the configuration binder, which has no exception type of its own.</summary>
    [GeneratedRegex(
        "^Failed to convert configuration value .* at '(?<setting>[^']+)' to type '(?<type>[^']+)'",
        RegexOptions.Singleline | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex BindingFailure();
}
