using System.ComponentModel.DataAnnotations;
using Btec.Data.Credentials;

namespace Btec.Api.Auth;

/// <summary>The rules of <see cref="EmailAddress"/>, on a member of a request.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidEmailAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        ToResult(EmailAddress.FindFault((string)value!));

    internal static ValidationResult? ToResult(string? fault) => fault is null ? ValidationResult.Success : new ValidationResult(fault);
}

/// <summary>The rules of <see cref="PasswordRules"/>, on a member of a request.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidPasswordAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        ValidEmailAttribute.ToResult(PasswordRules.FindFault((string)value!));
}

/// <summary>The rules of <see cref="FullName"/>, on a member of a request.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidFullNameAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        ValidEmailAttribute.ToResult(FullName.FindFault((string?)value));
}
