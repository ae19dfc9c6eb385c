import { parseExactly } from './json.js';
import * as session from './session.js';

/** An answer other than 2xx, or none at all (status 0). Its message can be shown. */
export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const LOGIN = 'api/login';

/** What to do when the server no longer knows the token. */
let onExpired = () => {};

export function whenExpired(callback) {
  onExpired = callback;
}

export const login = (user, password) => send('POST', LOGIN, { body: { user, password } });
export const monitor = () => send('GET', 'api/monitor');
export const conflicts = query => send('GET', `api/conflicts${search(query)}`);
export const conflict = id => send('GET', `api/conflict${search({ id })}`, { parse: parseExactly });
export const decide = (id, decision, body) => send('POST', `api/conflict/${decision}${search({ id })}`, { body });
export const deadLetters = query => send('GET', `api/dead-letters${search(query)}`);
export const replay = id => send('POST', `api/dead-letter/replay${search({ id })}`);
export const discard = (id, reason) => send('POST', `api/dead-letter/discard${search({ id })}`, { body: { reason } });
export const devices = () => send('GET', 'api/devices');

/** Opens the stream of events; its body is read by the caller. */
export function events(signal) {
  return call('GET', 'api/events', { signal, accept: 'text/event-stream' });
}

async function send(method, path, { body, parse = JSON.parse } = {}) {
  const answer = await call(method, path, { body, accept: 'application/json' });
  const text = await answer.text();
  return text ? parse(text) : null;
}

async function call(method, path, { body, signal, accept }) {
  const token = session.current()?.token;
  const headers = { Accept: accept };
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  if (body) {
    headers['Content-Type'] = 'application/json';
  }
  let answer;
  try {
    answer = await fetch(path, { method, headers, signal, body: body && JSON.stringify(body), cache: 'no-store' });
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw new Problem(0, 'The server can’t be reached.');
  }
  if (!answer.ok) {
    const problem = new Problem(answer.status, await explain(answer));
    if (answer.status === 401 && path !== LOGIN && session.current()?.token === token) {
      onExpired(); // the server forgot the token, or it came of age here
    }
    throw problem;
  }
  return answer;
}

async function explain(answer) {
  const type = answer.headers.get('Content-Type') ?? '';
  if (type.includes('json')) {
    const problem = await answer.json().catch(() => ({}));
    if (problem.detail || problem.title) {
      return problem.detail ?? problem.title;
    }
  }
  return `The server answered ${answer.status}.`;
}

function search(query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return given.length ? `?${new URLSearchParams(given)}` : '';
}
