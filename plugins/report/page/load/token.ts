/** Key of the token in the storage of this origin, as the server's page for browsers without it has it. */
const KEY = 'ax-autolog-token';

let token: string | null = null;

/**
 * Takes the token of the live page's server from the address, and out of it: it stays in the storage of this origin, so that
 * the page can be loaded again.
 */
export function takeToken(): void {
  const address = new URL(location.href);
  token = address.searchParams.get('token');
  if (token === null) return;
  try {
    localStorage.setItem(KEY, token);
  } catch {
    // Without storage it stays in the address.
    return;
  }
  address.searchParams.delete('token');
  history.replaceState(history.state, '', address);
}

/** Returns the address of a page of the same server. */
export function linkTo(path: string): string {
  return token === null ? path : `${path}?token=${encodeURIComponent(token)}`;
}

/** Requests data from the page's own server. */
export function request(path: string): Promise<Response> {
  return fetch(path, token === null ? {} : { headers: { Authorization: `Bearer ${token}` } });
}
