import { link } from '../address.js';
import * as api from '../api.js';
import { el, fill } from '../dom.js';
import { plural, words } from '../format.js';
import { listen, live } from '../live.js';
import { announce, failed, loading, notice } from '../notice.js';
import { pages, records, soon } from '../records.js';
import { since } from '../times.js';

const PAGE = 50;

/** The open conflicts, oldest first; new ones come in while one looks. */
export function conflicts(node) {
  const select = el('select', { id: 'type', onchange: () => load() });
  const status = el('p', { class: 'count' });
  const area = el('div', {});
  const trouble = el('div', {});
  const more = el('button', { class: 'button', type: 'button', onclick: () => grow() }, 'Load more');
  const table = records('Open conflicts', [
    { name: 'Document', kind: 'name', cell: item => el('a', { href: link('conflicts', item.id) }, el('code', {}, item.id)) },
    { name: 'Type', kind: 'short', cell: item => item.type ?? '–' },
    { name: 'Why it waits', kind: 'long', cell: item => [el('span', { class: 'tag' }, words(item.outcome)), ' ', item.reason] },
    { name: 'Versions', kind: 'number', cell: item => String(item.versions) },
    { name: 'Found', kind: 'short', cell: item => since(item.detectedAt) },
  ], item => item.id);
  let list = null;
  let known = null;
  let open = live.monitor?.openConflicts;
  let ended = false;

  async function load() {
    known = null;
    fill(area, loading());
    list = pages(query => api.conflicts({ ...query, type: select.value }), PAGE);
    await attempt(list, list.first, problem => fill(area, failed(problem, load)));
  }

  async function grow() {
    more.disabled = true;
    await attempt(list, list.more, complain);
    more.disabled = false;
  }

  const refresh = soon(async () => {
    if (known) {
      await attempt(list, list.again, complain);
    } else if (list) {
      await load();
    }
  });

  /** What others close or open, and what an event that was lost should have told, the figures tell. */
  function recount() {
    const now = live.monitor?.openConflicts ?? open; // not known while MySQL can't be asked
    if (now !== open) {
      open = now;
      refresh.call();
    }
  }

  async function attempt(asked, read, otherwise) {
    try {
      const page = await read();
      if (!ended && asked === list) {
        fill(trouble);
        show(page);
      }
    } catch (problem) {
      if (!ended && asked === list) {
        otherwise(problem);
      }
    }
  }

  function complain(problem) {
    fill(trouble, notice('warn', `The list could not be brought up to date. ${problem.message}`,
      { label: 'Try again', act: refresh.call }));
  }

  function show({ items: entries, next, types }) {
    const items = [...new Map(entries.map(item => [item.id, item])).values()]; // a document can be on two pages
    offer(types ?? items.map(item => item.type));
    const fresh = new Set(known ? items.map(item => item.id).filter(id => !known.has(id)) : []);
    const grown = known && items.length - known.size > PAGE / 2; // more was loaded, nothing is new
    known = new Set(items.map(item => item.id));
    const waiting = items.reduce((sum, item) => sum + item.versions - 1, 0); // the mirrored one does not wait
    status.textContent = items.length
      ? `${plural(items.length, 'document')} with ${plural(waiting, 'version')} to decide${next ? ', and there are more' : ''}; oldest first`
      : '';
    if (items.length === 0) {
      fill(area, empty());
      return;
    }
    table.show(items, grown ? new Set() : fresh);
    if (!table.node.isConnected) {
      fill(area, table.node, more);
    }
    more.hidden = !next;
    if (fresh.size && !grown) {
      announce(`${plural(fresh.size, 'new conflict')}: ${[...fresh].slice(0, 3).join(', ')}.`);
    }
  }

  function empty() {
    return el('div', { class: 'empty' },
      el('h2', {}, select.value ? `No open conflicts of type ${select.value}` : 'No open conflicts'),
      el('p', {}, 'Every document has one version. When two devices disagree and no rule may decide, it shows up here.'));
  }

  function offer(types) {
    const given = new Set([...select.options].map(option => option.value));
    const added = [...new Set(types)].filter(type => type && !given.has(type)).sort();
    if (given.size === 0) {
      select.append(el('option', { value: '' }, 'All types'));
    }
    select.append(...added.map(type => el('option', { value: type }, type)));
  }

  offer([]);
  fill(
    node,
    el('header', { class: 'headline' },
      el('div', {}, el('h1', { tabindex: '-1' }, 'Conflicts'),
        el('p', { class: 'lead' }, 'Documents of which there is more than one version, and no rule that may choose.')),
      el('div', { class: 'filter' }, el('label', { for: 'type' }, 'Type'), select)),
    trouble,
    status,
    area);
  load();
  const unlisten = listen({ conflict: refresh.call, resumed: refresh.call, monitor: recount });
  return () => {
    ended = true;
    refresh.cancel();
    unlisten();
  };
}
