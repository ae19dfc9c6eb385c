import { el } from './dom.js';

let waiting = null;

/** Says something in the view that is shown next. */
export function flash(kind, text) {
  waiting = { kind, text };
}

export function takeFlash() {
  const taken = waiting;
  waiting = null;
  if (taken) {
    announce(taken.text);
  }
  return taken && notice(taken.kind, taken.text);
}

/**
 * A message in the page.
 *
 * @param {'info'|'good'|'warn'|'bad'} kind
 * @param {string} text
 * @param {{label: string, act: function()}} [action] a button beside it
 */
export function notice(kind, text, action) {
  return el(
    'div',
    { class: `notice ${kind}` },
    el('p', {}, text),
    action && el('button', { class: 'button', type: 'button', onclick: action.act }, action.label));
}

/** What takes the place of content that could not be loaded. */
export function failed(problem, again) {
  return el(
    'div',
    { class: 'empty', role: 'alert' },
    el('h2', {}, problem.status === 403 ? 'Not for your account' : 'This could not be loaded'),
    el('p', {}, problem.message),
    problem.status !== 403 && el('button', { class: 'button', type: 'button', onclick: again }, 'Try again'));
}

/** What is shown until the first answer comes. */
export function loading() {
  return el('p', { class: 'loading' }, 'Loading…');
}

/** Tells a screen reader, at its next pause. */
export function announce(text) {
  const node = document.getElementById('announcer');
  node.textContent = '';
  setTimeout(() => {
    node.textContent = text; // a change is told, the same text again is not
  }, 50);
}
