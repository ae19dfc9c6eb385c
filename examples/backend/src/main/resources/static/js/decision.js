import { el, fill, freshId } from './dom.js';
import { plural } from './format.js';
import { reasonField } from './reason.js';
import { withValue } from './json.js';

const MODES = [
  { mode: 'merge', label: 'Merge field by field', hint: 'Choose each value below. All versions are kept in the archive.' },
  { mode: 'choose', label: 'Keep one version', hint: 'Choose a version below. The others go to the archive.' },
  { mode: 'dismiss', label: 'Dismiss', hint: 'Nothing is written. What is mirrored stays, and so do all versions.' },
];

/** How somebody decides: one of three ways. */
export function modes(initial, changed) {
  const name = freshId('mode');
  const hint = el('p', { class: 'hint', id: `${name}-hint` });

  function choose(mode) {
    fill(hint, MODES.find(each => each.mode === mode).hint);
    changed(mode);
  }

  const node = el(
    'fieldset',
    { class: 'modes', 'aria-describedby': hint.id },
    el('legend', {}, 'How do you decide?'),
    el('div', { class: 'segments' }, MODES.map(({ mode, label }) => el(
      'label',
      {},
      el('input', { type: 'radio', name, value: mode, checked: mode === initial, onchange: () => choose(mode) }),
      el('span', {}, label)))),
    hint);
  choose(initial);
  return node;
}

/**
 * Reason and button.
 *
 * @param {function(string): Promise} act what to do with the reason
 */
export function decisionForm(act) {
  const reason = reasonField('Reason', 'It is kept with the decision, under your name. Don’t repeat patient data here.');
  const missing = el('p', { class: 'error', role: 'alert' });
  const button = el('button', { class: 'button primary', type: 'submit' });

  async function submit(event) {
    event.preventDefault();
    fill(missing);
    if (button.ariaDisabled === 'true') {
      return;
    }
    button.ariaDisabled = 'true';
    try {
      await act(reason);
    } finally {
      button.ariaDisabled = null;
    }
  }

  return {
    node: el('form', { class: 'decision', novalidate: true, onsubmit: submit }, reason.node, missing, button),
    label: text => fill(button, text),
    complain: text => fill(missing, text),
  };
}

/** What the button says. */
export function wording(mode, compared, fields) {
  if (mode === 'merge') {
    const open = fields - compared.chosenFields.size;
    return open ? `Merge (${plural(open, 'field')} to choose)` : 'Merge and write';
  }
  if (mode === 'choose') {
    const version = compared.chosenVersion();
    return version ? `Keep version ${version.name}` : 'Keep a version';
  }
  return 'Dismiss this conflict';
}

/** The version that the rest of the document comes from: a live one, best CouchDB's winner. */
export function baseOf(versions) {
  const live = versions.filter(version => !version.deleted && version.body);
  return live.find(version => version.leaf) ?? live[0];
}

/** The document as a merge would write it. */
export function merged(conflict, base, chosen) {
  return conflict.fields
    .filter(field => chosen.has(field.pointer))
    .reduce(
      (body, { pointer, values }) => withValue(body, pointer, values[chosen.get(pointer).revision]),
      base.body);
}
