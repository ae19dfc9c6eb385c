import { link, path } from './address.js';
import { el, fill } from './dom.js';
import { takeFlash } from './notice.js';
import * as session from './session.js';
import { conflict } from './views/conflict.js';
import { conflicts } from './views/conflicts.js';
import { deadLetters } from './views/dead-letters.js';
import { devices } from './views/devices.js';
import { login } from './views/login.js';
import { overview } from './views/overview.js';

/**
 * A view fills the node that it is given, at once with its heading and later with what it loads. It returns a function
 * that ends it.
 */
const VIEWS = {
  overview: { show: overview, title: 'Overview' },
  conflicts: { show: conflicts, title: 'Conflicts', reviewing: true },
  conflict: { show: conflict, title: 'Conflict', reviewing: true },
  'dead-letters': { show: deadLetters, title: 'Dead letters', reviewing: true },
  devices: { show: devices, title: 'Devices', reviewing: true },
};

let main;
let onLogin;
let leaveView = () => {};
let shown = false;

export function start(node, enter) {
  main = node;
  onLogin = enter;
  window.addEventListener('hashchange', show);
  show();
}

/** Shows what the address names, or the login. The focus moves to its heading, unless the page was just opened. */
export function show() {
  leaveView();
  const { name, rest } = route();
  const view = VIEWS[name];
  const node = el('div', { class: `view view-${session.current() ? name : 'login'}` });
  fill(main, takeFlash(), node);
  document.dispatchEvent(new CustomEvent('route', { detail: name }));
  if (!session.current()) {
    document.title = 'Log in · docmirror';
    leaveView = login(node, onLogin) ?? (() => {});
    shown = true;
    return;
  }
  document.title = `${view.title} · docmirror`;
  leaveView = view.reviewing && !session.mayReview() ? refuse(node, view.title) : view.show(node, ...rest);
  if (shown) {
    window.scrollTo(0, 0);
    node.querySelector('h1')?.focus();
  }
  shown = true;
}

function route() {
  const [name, ...rest] = path();
  if (name === 'conflicts' && rest.length) {
    return { name: 'conflict', rest };
  }
  return Object.hasOwn(VIEWS, name) ? { name, rest } : { name: 'overview', rest: [] };
}

function refuse(node, title) {
  fill(
    node,
    el('h1', { tabindex: '-1' }, title),
    el(
      'div',
      { class: 'empty' },
      el('h2', {}, 'Only reviewers see this'),
      el('p', {}, 'It shows the content of documents. Your account may watch the mirror, but not read what it holds.'),
      el('p', {}, el('a', { href: link('overview') }, 'Back to the overview'))));
  return () => {};
}
