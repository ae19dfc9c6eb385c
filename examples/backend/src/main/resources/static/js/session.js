const KEY = 'docmirror.session';
const REVIEWING = ['reviewer', 'admin'];

let session = read();

/** Who is logged in, `{token, user, roles, expiresAt}`, or null. It lives as long as the tab does. */
export function current() {
  if (session && session.expiresAt && Date.parse(session.expiresAt) <= Date.now()) {
    end();
  }
  return session;
}

export function begin(loggedIn) {
  session = loggedIn;
  sessionStorage.setItem(KEY, JSON.stringify(loggedIn));
}

export function end() {
  session = null;
  sessionStorage.removeItem(KEY);
}

/** Whether the user may see conflicts, dead letters and devices. The server decides; this only spares a refusal. */
export function mayReview() {
  const roles = current()?.roles ?? [];
  return REVIEWING.some(role => roles.includes(role));
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    sessionStorage.removeItem(KEY); // what is no JSON was not written by this page
    return null;
  }
}
