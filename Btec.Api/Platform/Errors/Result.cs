using System.Diagnostics.CodeAnalysis;

namespace Btec.Api.Platform.Errors;

/// <summary>The outcome of an action that gives nothing back: success, or an expected failure. Bugs and outages are
/// exceptions.</summary>
internal sealed class Result
{
    public static readonly Result Success = new(error: null);

    private Result(AuthError? error) => Error = error;

    public AuthError? Error { get; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    public static implicit operator Result(AuthError error) => new(error);
}

/// <summary>The outcome of an action: its value, or an expected failure. Bugs and outages are exceptions.</summary>
/// <remarks>Use it where a caller treats every failure alike. An action whose failures need different answers has a closed
/// result type of its own.</remarks>
internal sealed class Result<T>
    where T : class
{
    private Result(T? value, AuthError? error) => (Value, Error) = (value, error);

    public T? Value { get; }

    public AuthError? Error { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    public static implicit operator Result<T>(T value) => new(value, error: null);

    public static implicit operator Result<T>(AuthError error) => new(value: null, error);
}
