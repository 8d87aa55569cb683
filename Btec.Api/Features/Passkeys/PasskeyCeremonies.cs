using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Passkeys;

/// <summary>The ceremonies of Web Authentication, which the framework's <see cref="PasskeyHandler{TUser}"/> carries out
/// (docs/decisions/0015).</summary>
internal sealed class PasskeyCeremonies(RelyingParty party)
{
    /// <summary>The length of a challenge, in bytes; at least 16 (Web Authentication Level 3, section "Cryptographic Challenges").</summary>
    private const int ChallengeLength = 32;

    private const string Required = "required";

    private readonly IOptions<IdentityPasskeyOptions> _options = Options.Create(new IdentityPasskeyOptions
    {
        // The handler would otherwise take the domain from the Host header.
        ServerDomain = party.Id,
        // The handler would otherwise accept every origin that the request's Origin header repeats.
        ValidateOrigin = context => ValueTask.FromResult(
            !context.CrossOrigin && context.TopOrigin is null && party.Trusts(context.Origin)),
        UserVerificationRequirement = Required,
        ResidentKeyRequirement = Required,
        AttestationConveyancePreference = "none",
        ChallengeSize = ChallengeLength,
        AuthenticatorTimeout = PasskeyChallenges.Lifetime,
    });

    /// <summary>Makes the options for creating a passkey.</summary>
    /// <param name="owner">The user with the passkeys that must not be created again.</param>
    /// <param name="email">The address that authenticators show.</param>
    public async Task<CeremonyStart> StartRegistrationAsync(PasskeyOwner owner, string email)
    {
        ArgumentNullException.ThrowIfNull(owner);
        using var users = Manage(owner);
        var user = new PasskeyUserEntity { Id = owner.Handle, Name = email, DisplayName = email };
        var made = await Handle(users).MakeCreationOptionsAsync(user, NoRequest());
        var options = JsonNode.Parse(made.CreationOptionsJson)!;
        // The handler knows no name but the domain.
        options["rp"]!["name"] = party.Name;
        return new CeremonyStart(options.Deserialize<JsonElement>(), made.AttestationState!);
    }

    /// <summary>Makes the options for using a passkey. They name no user.</summary>
    public async Task<CeremonyStart> StartAssertionAsync()
    {
        using var users = Manage(owner: null);
        var made = await Handle(users).MakeRequestOptionsAsync(user: null, NoRequest());
        return new CeremonyStart(JsonSerializer.Deserialize<JsonElement>(made.RequestOptionsJson), made.AssertionState!);
    }

    /// <summary>Verifies a new passkey.</summary>
    /// <param name="owner">The user, without their passkeys: whether the passkey exists is a question for the database.</param>
    /// <returns>The passkey, or <see langword="null"/> if it is invalid.</returns>
    public async Task<UserPasskeyInfo?> VerifyRegistrationAsync(PasskeyOwner owner, string state, JsonElement credential)
    {
        ArgumentNullException.ThrowIfNull(owner);
        using var users = Manage(owner);
        var result = await Handle(users).PerformAttestationAsync(
            new PasskeyAttestationContext { HttpContext = NoRequest(), CredentialJson = credential.GetRawText(), AttestationState = state });
        return result.Succeeded && result.UserEntity.Id == owner.Handle ? result.Passkey : null;
    }

    /// <summary>Verifies the use of a passkey.</summary>
    /// <param name="owner">The user with the passkey.</param>
    /// <returns>The passkey with its new counter and backup state, or <see langword="null"/> if the assertion is invalid.</returns>
    public async Task<UserPasskeyInfo?> VerifyAssertionAsync(PasskeyOwner owner, string state, JsonElement credential)
    {
        using var users = Manage(owner);
        var result = await Handle(users).PerformAssertionAsync(
            new PasskeyAssertionContext { HttpContext = NoRequest(), CredentialJson = credential.GetRawText(), AssertionState = state });
        return result.Succeeded ? result.Passkey : null;
    }

    /// <summary>Returns an empty request, so that the handler uses no part of the real one.</summary>
    private static DefaultHttpContext NoRequest() => new();

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The manager disposes of its store.")]
    private static UserManager<PasskeyOwner> Manage(PasskeyOwner? owner) => new(
        new PasskeyOwnerStore(owner),
        Options.Create(new IdentityOptions()),
        new PasswordHasher<PasskeyOwner>(),
        [],
        [],
        new UpperInvariantLookupNormalizer(),
        new IdentityErrorDescriber(),
        NoServices.Instance,
        NullLogger<UserManager<PasskeyOwner>>.Instance);

    private PasskeyHandler<PasskeyOwner> Handle(UserManager<PasskeyOwner> users) => new(users, _options);

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
