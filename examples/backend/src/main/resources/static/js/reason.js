import { el, fill, freshId } from './dom.js';

const LONGEST = 1_000;

/**
 * The field for a reason, which every decision needs.
 *
 * @returns {{node: Element, value: function(): (string|null)}} value is null, and the field has the focus, if there is
 *     none
 */
export function reasonField(label, hint) {
  const id = freshId('reason');
  const error = el('p', { class: 'error', id: `${id}-error` });
  const field = el('textarea', {
    id, rows: '3', maxlength: LONGEST, required: true, 'aria-describedby': `${id}-hint ${id}-error`,
    oninput: () => complain(''),
  });

  function complain(text) {
    fill(error, text);
    field.setAttribute('aria-invalid', String(text !== ''));
  }

  return {
    node: el('div', { class: 'reason' },
      el('label', { for: id }, label), el('p', { class: 'hint', id: `${id}-hint` }, hint), field, error),
    value() {
      const text = field.value.trim();
      if (!text) {
        complain('Give a reason. It is kept with the decision.');
        field.focus();
        return null;
      }
      return text;
    },
  };
}

/**
 * Asks for a reason in a dialog.
 *
 * @param {{title: string, text: string, hint: string, action: string}} wording
 * @param {function(string): Promise} act what to do with the reason; the dialog stays open and tells why if it fails
 */
export function askReason({ title, text, hint, action }, act) {
  const reason = reasonField('Reason', hint);
  const failure = el('div', { role: 'alert' });
  const confirm = el('button', { class: 'button danger', type: 'submit' }, action);
  const heading = freshId('dialog');

  async function submit(event) {
    event.preventDefault();
    const given = reason.value();
    if (given === null) {
      return;
    }
    confirm.disabled = true;
    try {
      await act(given);
      dialog.close();
    } catch (problem) {
      fill(failure, el('p', { class: 'error' }, problem.message));
      confirm.disabled = false;
    }
  }

  const dialog = el(
    'dialog',
    { 'aria-labelledby': heading, onclose: () => dialog.remove() },
    el(
      'form',
      { method: 'dialog', novalidate: true, onsubmit: submit },
      el('h2', { id: heading }, title),
      el('p', {}, text),
      reason.node,
      failure,
      el('div', { class: 'actions' },
        el('button', { class: 'button', type: 'button', onclick: () => dialog.close() }, 'Cancel'), confirm)));
  document.body.append(dialog);
  dialog.showModal();
}
