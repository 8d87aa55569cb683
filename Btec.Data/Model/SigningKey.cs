namespace Btec.Data.Model;

/// <summary>A P-256 key that signs access tokens when <c>Jwt:Algorithm</c> is <c>ES256</c>.</summary>
public sealed class SigningKey : StoredSigningKey;
