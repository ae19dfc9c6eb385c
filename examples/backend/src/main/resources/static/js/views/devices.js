import * as api from '../api.js';
import { el, fill } from '../dom.js';
import { count, plural } from '../format.js';
import { listen } from '../live.js';
import { failed, loading, notice } from '../notice.js';
import { records } from '../records.js';

const EVERY = 10_000;

/** What each device wrote, and how much of it failed; the worst first. */
export function devices(node) {
  const status = el('p', { class: 'count' });
  const trouble = el('div', {});
  const area = el('div', {}, loading());
  const table = records('Devices', [
    { name: 'Device', kind: 'name', cell: item => el('code', {}, item.device) },
    { name: 'User', kind: 'short', cell: item => item.user ?? '–' },
    { name: 'Writes', kind: 'number', cell: item => count(item.total) },
    { name: 'Synced', kind: 'number', cell: item => count(item.synced) },
    { name: 'Conflicts', kind: 'number', cell: item => count(item.conflicts) },
    { name: 'Failed', kind: 'number', cell: item => count(item.failed) },
    { name: 'Failure rate', kind: 'share', cell: share },
  ], item => JSON.stringify([item.device, item.user]));
  let ended = false;
  let shown = false;

  async function load() {
    try {
      const { items } = await api.devices();
      if (!ended) {
        fill(trouble);
        show(items);
      }
    } catch (problem) {
      if (!ended) {
        shown
          ? fill(trouble, notice('warn', `The figures could not be brought up to date. ${problem.message}`))
          : fill(area, failed(problem, load));
      }
    }
  }

  function show(items) {
    shown = true;
    if (items.length === 0) {
      fill(area, el('div', { class: 'empty' },
        el('h2', {}, 'No device has written yet'),
        el('p', {}, 'As soon as operations go through the queue, each device has its figures here.')));
      status.textContent = '';
      return;
    }
    const failing = items.filter(item => percent(item) > 0).length;
    status.textContent = `${plural(items.length, 'device')}, ${failing ? `${count(failing)} with failures` : 'none with failures'}`;
    table.show([...items].sort((a, b) => percent(b) - percent(a) || b.total - a.total));
    if (!table.node.isConnected) {
      fill(area, table.node);
    }
  }

  fill(
    node,
    el('header', { class: 'headline' }, el('div', {}, el('h1', { tabindex: '-1' }, 'Devices'),
      el('p', { class: 'lead' }, 'Operations on their way to CouchDB, by the device that made them.'))),
    trouble,
    status,
    area);
  load();
  const timer = setInterval(load, EVERY);
  const unlisten = listen({ resumed: load });
  return () => {
    ended = true;
    clearInterval(timer);
    unlisten();
  };
}

function share(item) {
  const bar = el('span', { class: 'bar', 'aria-hidden': 'true' }, el('span', {}));
  bar.firstChild.style.setProperty('inline-size', `${Math.min(percent(item), 100)}%`);
  return [el('span', { class: 'percent' }, item.failureRate), bar];
}

function percent(item) {
  return Number.parseFloat(item.failureRate) || 0;
}
