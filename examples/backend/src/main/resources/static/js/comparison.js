import { el, fill, freshId, unseen } from './dom.js';
import { moment, shortRevision } from './format.js';
import { display } from './json.js';
import { counterpart, ownPart, reference, same } from './versions.js';

/**
 * The fields that differ, a row each, with a column for each version. While somebody merges, each value can be chosen;
 * while somebody chooses a version, each version can be.
 *
 * @param {Object} conflict as the server tells it
 * @param {Array} versions named
 * @param {function()} changed called after each choice
 */
export function comparison(conflict, versions, changed) {
  const compared = reference(versions);
  const chosenFields = new Map();
  let chosenVersion = null;
  const group = freshId('version');
  const heads = versions.map(version => head(version));
  const fields = conflict.fields.map(field => row(field));
  const node = el(
    'div',
    // More than two versions may need to be scrolled, which the keyboard can do where the focus can be.
    { class: 'comparison', ...(versions.length > 2 && { tabindex: '0', role: 'region', 'aria-label': 'Versions' }) },
    el('div', { class: 'heads', role: 'radiogroup', 'aria-label': 'Version to keep' }, heads.map(each => each.node)),
    fields.map(each => each.node));
  node.style.setProperty('--columns', String(versions.length));

  function head(version) {
    const radio = el('input', {
      type: 'radio', name: group, value: version.revision,
      onchange: () => {
        chosenVersion = version;
        changed();
      },
    });
    const all = el('button', { class: 'button small', type: 'button', onclick: () => takeAll(version) },
      'Take all fields', unseen(` from version ${version.name}`));
    const label = el('label', { class: 'version' },
      radio,
      el('span', { class: 'letter' }, `Version ${version.name}`),
      el('code', { title: version.revision }, shortRevision(version.revision)));
    const marks = [
      version.mirrored && tag('In MySQL now', 'good'),
      version.winner && tag('CouchDB’s winner', 'info'),
      version.deleted && tag('Deletion', 'bad'),
      !version.leaf && tag('From the archive', 'plain'),
    ];
    const written = version.writtenAt && el('span', { class: 'written' }, `Written ${moment(version.writtenAt)}`);
    return { node: el('div', { class: 'head' }, label, el('div', { class: 'marks' }, marks), written, all), radio, all };
  }

  function row({ pointer, values }) {
    const name = freshId('field');
    const radios = [];
    const cells = versions.map(version => {
      const present = Object.hasOwn(values, version.revision);
      const value = values[version.revision];
      const differs = version !== compared && !alike(values, version, compared);
      const radio = el('input', {
        type: 'radio', name, value: version.revision, 'data-version': version.name,
        onchange: () => {
          chosenFields.set(pointer, version);
          changed();
        },
      });
      radios.push(radio);
      return el(
        'label',
        { class: `cell${differs ? ' differs' : ''}` },
        radio,
        el('span', { class: 'cell-version' }, `Version ${version.name}`, differs && unseen(', differs')),
        el('span', { class: 'value' }, present ? told(value, values[counterpart(versions, version).revision]) : el('i', {}, 'not there')));
    });
    const label = freshId('pointer');
    const body = el('div', { class: 'cells', role: 'radiogroup', 'aria-labelledby': label }, cells);
    return {
      pointer, radios, body,
      node: el('div', { class: 'field' }, el('h3', { id: label, class: 'pointer' }, el('code', {}, pointer)), body),
    };
  }

  function takeAll(version) {
    for (const { pointer, radios } of fields) {
      radios.find(radio => radio.value === version.revision).checked = true;
      chosenFields.set(pointer, version);
    }
    changed();
  }

  return {
    node,
    chosenFields,
    chosenVersion: () => chosenVersion,

    /** @param {'merge'|'choose'|'dismiss'} mode what can be chosen */
    allow(mode) {
      node.dataset.mode = mode;
      heads.forEach(({ radio, all }) => {
        radio.hidden = mode !== 'choose';
        all.hidden = mode !== 'merge';
      });
      node.querySelector('.heads').setAttribute('role', mode === 'choose' ? 'radiogroup' : 'group');
      fields.forEach(({ radios, body }) => {
        radios.forEach(radio => {
          radio.hidden = mode !== 'merge';
        });
        body.setAttribute('role', mode === 'merge' ? 'radiogroup' : 'group');
      });
    },

    /** Puts the focus where a choice is missing. */
    focusMissing(mode) {
      const radios = mode === 'choose'
        ? heads.map(each => each.radio)
        : fields.find(field => !chosenFields.has(field.pointer)).radios;
      radios[0].focus();
    },
  };
}

/** Every version whole, the lines of differing fields marked. */
export function whole(conflict, versions, lines) {
  const node = el('div', { class: 'wholes' });
  node.style.setProperty('--columns', String(versions.length));
  fill(node, versions.map(version => el(
    'section',
    { class: 'whole', 'aria-label': `Version ${version.name}, whole` },
    el('h3', {}, `Version ${version.name}`),
    el('p', { class: 'revision' }, el('code', {}, version.revision)),
    version.body ? lines(version.body) : el('p', {}, 'This version has no content: it deletes the document.'))));
  return node;
}

function alike(values, version, compared) {
  const [one, other] = [version, compared].map(each => Object.hasOwn(values, each.revision));
  return one === other && same(values[version.revision], values[compared.revision]);
}

/** Text with what is its own marked; everything else as JSON, so that `true` and the text "true" look different. */
function told(value, other) {
  if (typeof value !== 'string') {
    return el('code', {}, display(value));
  }
  if (!value.trim()) {
    return el('i', {}, value ? 'blank text' : 'empty text');
  }
  const [start, own, end] = typeof other === 'string' ? ownPart(value, other) : [value, '', ''];
  return own && (start || end) ? [start, el('mark', {}, own), end] : value;
}

function tag(text, kind) {
  return el('span', { class: `tag ${kind}` }, text);
}
