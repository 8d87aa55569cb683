namespace Btec.Data.Model;

/// <summary>An RSA key that signs id tokens (RS256, OpenID Connect Core 1.0 section 15.1) and the access tokens that other services
/// verify where <c>Jwt:Algorithm</c> is <c>HS256</c>.</summary>
public sealed class RsaSigningKey : StoredSigningKey;
