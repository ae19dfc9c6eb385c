import * as api from '../api.js';
import { el, fill } from '../dom.js';

/** Asks for user and password. */
export function login(node, enter) {
  const user = el('input', { id: 'user', name: 'user', autocomplete: 'username', autocapitalize: 'none', required: true });
  const password = el('input', {
    id: 'password', name: 'password', type: 'password', autocomplete: 'current-password', required: true,
  });
  const error = el('div', { id: 'login-error', role: 'alert' });
  const button = el('button', { class: 'button primary', type: 'submit' }, 'Log in');

  async function submit(event) {
    event.preventDefault();
    fill(error);
    const empty = [user, password].find(field => !field.value);
    if (empty) {
      refuse('Enter user and password.', empty);
      return;
    }
    button.disabled = true;
    try {
      enter(await api.login(user.value, password.value));
    } catch (problem) {
      refuse(problem.status === 401 ? 'User or password is wrong.' : problem.message, password);
    } finally {
      button.disabled = false;
    }
  }

  function refuse(text, field) {
    fill(error, el('p', { class: 'error' }, text));
    field.focus();
  }

  fill(
    node,
    el(
      'div',
      { class: 'login' },
      el('p', { class: 'brand' }, el('img', { src: 'img/icon.svg', alt: '', width: '40', height: '40' }), 'docmirror'),
      el('h1', { tabindex: '-1' }, 'Log in'),
      el('p', { class: 'lead' }, 'Watch clinical documents reach MySQL, and decide the conflicts that no rule may decide.'),
      el(
        'form',
        { method: 'post', novalidate: true, onsubmit: submit, 'aria-describedby': 'login-error' },
        el('label', { for: 'user' }, 'User'),
        user,
        el('label', { for: 'password' }, 'Password'),
        password,
        error,
        button)));
  user.focus();
}
