import * as api from '../api.js';
import { el, fill, unseen } from '../dom.js';
import { plural, words } from '../format.js';
import { listen } from '../live.js';
import { announce, failed, loading, notice } from '../notice.js';
import { askReason } from '../reason.js';
import { pages, records, soon } from '../records.js';
import { since } from '../times.js';

const PAGE = 50;

/** The documents that could not be mirrored, with what can be done about each. */
export function deadLetters(node) {
  const heading = el('h1', { tabindex: '-1' }, 'Dead letters');
  const status = el('p', { class: 'count' });
  const outcome = el('div', {});
  const trouble = el('div', {});
  const area = el('div', {}, loading());
  const more = el('button', { class: 'button', type: 'button', onclick: () => attempt(list.more, complain) }, 'Load more');
  const list = pages(api.deadLetters, PAGE);
  const table = records('Dead letters', [
    { name: 'Document', kind: 'name', cell: item => el('code', {}, item.id) },
    { name: 'Type', kind: 'short', cell: item => item.type ?? '–' },
    { name: 'Why', kind: 'long', cell: item => [el('span', { class: 'tag' }, words(item.kind)), ' ', item.reason] },
    { name: 'Attempts', kind: 'number', cell: item => String(item.attempts) },
    { name: 'Parked', kind: 'short', cell: item => since(item.parkedAt) },
    { name: 'Actions', kind: 'acts', cell: actions },
  ], item => item.id);
  let ended = false;
  let ids = [];

  async function attempt(read, otherwise) {
    try {
      const page = await read();
      if (!ended) {
        fill(trouble);
        show(page);
      }
    } catch (problem) {
      if (!ended) {
        otherwise(problem);
      }
    }
  }

  const load = () => attempt(list.first, problem => fill(area, failed(problem, load)));
  const refresh = soon(() => attempt(list.again, complain));

  function complain(problem) {
    fill(trouble, notice('warn', problem.message));
  }

  function show({ items, next }) {
    ids = items.map(item => item.id);
    status.textContent = items.length ? `${plural(items.length, 'document')}${next ? ' shown, there are more' : ''}` : '';
    if (items.length === 0) {
      fill(area, el('div', { class: 'empty' },
        el('h2', {}, 'No dead letters'),
        el('p', {}, 'Every document could be mirrored. One that can’t is parked here, and the others go on.')));
      return;
    }
    table.show(items);
    if (!table.node.isConnected) {
      fill(area, table.node, more);
    }
    more.hidden = !next;
  }

  function actions(item) {
    const button = el('button', { class: 'button', type: 'button', onclick: () => replay(item, button) },
      'Replay', unseen(` ${item.id}`));
    return [
      button,
      el('button', { class: 'button quiet', type: 'button', onclick: () => discard(item) }, 'Discard', unseen(` ${item.id}`)),
    ];
  }

  async function replay(item, button) {
    if (button.ariaDisabled === 'true') {
      return;
    }
    button.ariaDisabled = 'true';
    try {
      const { status: outcome } = await api.replay(item.id);
      if (outcome === 'PARKED') {
        await say('warn', `${item.id} still can’t be mirrored.`);
      } else {
        await say('good', `${item.id}: ${words(outcome).toLowerCase()}.`, item.id);
      }
    } catch (problem) {
      await say('bad', `${item.id} was not replayed. ${problem.message}`);
    } finally {
      button.ariaDisabled = null;
    }
  }

  function discard(item) {
    askReason({
      title: `Discard ${item.id}?`,
      text: 'It is kept as a record, counts no more and is not tried again, until another version of it fails.',
      hint: 'For instance: a test patient.',
      action: 'Discard',
    }, async reason => {
      await api.discard(item.id, reason);
      setTimeout(() => say('good', `${item.id} is discarded.`, item.id)); // after the dialog gave the focus back
    });
  }

  /** Tells the outcome, and moves the focus to what comes after the row that goes away. */
  async function say(kind, text, gone) {
    if (ended) {
      return;
    }
    const next = gone && ids[ids.indexOf(gone) + 1];
    const inRow = gone && table.row(gone)?.contains(document.activeElement);
    await attempt(list.again, complain);
    fill(outcome, notice(kind, text));
    announce(text);
    if (inRow) {
      (table.row(next)?.querySelector('button') ?? heading).focus();
    }
  }

  fill(
    node,
    el('header', { class: 'headline' }, el('div', {}, heading,
      el('p', { class: 'lead' }, 'Documents that could not become rows. Mend the mapping or the document, then replay.'))),
    outcome,
    trouble,
    status,
    area);
  load();
  const unlisten = listen({ 'dead-letter': refresh.call, resumed: refresh.call });
  return () => {
    ended = true;
    refresh.cancel();
    unlisten();
  };
}
