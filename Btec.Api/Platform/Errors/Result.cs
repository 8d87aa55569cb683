using System.Diagnostics.CodeAnalysis;

namespace Btec.Api.Platform.Errors;

/// <summary>What a service answers: a value, or an expected failure from the catalogue. Bugs and outages are exceptions.</summary>
public sealed class Result<T>
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
