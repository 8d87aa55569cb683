// The authorization code flow of a public client with PKCE (RFC 7636). The token lives in the memory of the page.
const client = 'web';
const redirectUri = `${location.origin}/callback.html`;

const encode = bytes => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const random = () => encode(crypto.getRandomValues(new Uint8Array(32)));

export const settings = async () => (await fetch('/settings')).json();

export async function signIn() {
  const { auth } = await settings();
  const verifier = random();
  const state = random();
  sessionStorage.setItem('sign-in', JSON.stringify({ verifier, state }));
  const challenge = encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  location.assign(`${auth}/oauth/authorize?${new URLSearchParams({
    response_type: 'code', client_id: client, redirect_uri: redirectUri, scope: 'openid profile', state,
    code_challenge: challenge, code_challenge_method: 'S256',
  })}`);
}

export async function finish() {
  const { auth } = await settings();
  const answer = new URLSearchParams(location.search);
  const { verifier, state } = JSON.parse(sessionStorage.getItem('sign-in') ?? '{}');
  sessionStorage.removeItem('sign-in');
  history.replaceState(null, '', location.pathname);
  if (!state || answer.get('state') !== state || answer.get('iss') !== auth)
    throw new Error('This answer does not belong to a sign-in of this page.');

  if (answer.has('error'))
    throw new Error(answer.get('error_description') ?? answer.get('error'));

  const response = await fetch(`${auth}/api/auth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code', client_id: client, code: answer.get('code'), redirect_uri: redirectUri, code_verifier: verifier,
    }),
  });
  const tokens = await response.json();
  if (!response.ok)
    throw new Error(tokens.error_description ?? tokens.error);

  return tokens.access_token;
}
