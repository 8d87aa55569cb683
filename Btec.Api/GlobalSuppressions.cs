using System.Diagnostics.CodeAnalysis;

[assembly: SuppressMessage(
    "ApiDesign",
    "RS0030",
    Scope = "namespaceanddescendants",
    Target = "~N:Microsoft.AspNetCore.Http.Generated",
    Justification = "The request delegate generator writes Results.Empty; nobody here may.")]
