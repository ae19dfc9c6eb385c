import { el, fill } from './dom.js';

/**
 * A table that becomes a list of cards on a narrow screen. Rows that did not change stay the same elements, so that
 * what is live takes neither focus nor place away from somebody. Roles are written down, because a table that is laid
 * out as cards loses them in some browsers.
 *
 * @param {string} label
 * @param {Array<{name: string, cell: function(Object): (Node|string), kind: string}>} columns the first one names the row
 * @param {function(Object): string} key
 * @returns {{node: Element, show: function(Array, Set=), row: function(string): Element}}
 */
export function records(label, columns, key) {
  const body = el('tbody', { role: 'rowgroup' });
  const head = el('tr', { role: 'row' }, columns.map(({ name, kind }) =>
    el('th', { role: 'columnheader', scope: 'col', class: kind }, name)));
  const node = el(
    'table',
    { class: 'records', role: 'table', 'aria-label': label },
    el('thead', { role: 'rowgroup' }, head),
    body);
  let rows = new Map();

  function show(items, fresh = new Set()) {
    const shown = new Map();
    for (const item of items) {
      const text = JSON.stringify(item);
      const known = rows.get(key(item));
      const row = known?.text === text ? known.row : make(item);
      row.classList.toggle('fresh', fresh.has(key(item)));
      shown.set(key(item), { text, row });
    }
    const focused = [...rows].find(([, { row }]) => row.contains(document.activeElement))?.[0];
    rows = shown;
    const wanted = [...shown.values()].map(({ row }) => row);
    if (wanted.length !== body.children.length || wanted.some((row, index) => row !== body.children[index])) {
      fill(body, wanted);
      if (focused) {
        rows.get(focused)?.row.querySelector('a, button')?.focus({ preventScroll: true });
      }
    }
  }

  function make(item) {
    return el('tr', { role: 'row' }, columns.map(({ name, cell, kind }, index) => index === 0
      ? el('th', { role: 'rowheader', scope: 'row', class: kind }, cell(item))
      : el('td', { role: 'cell', class: kind, 'data-label': name }, cell(item))));
  }

  return { node, show, row: id => rows.get(id)?.row };
}

/**
 * Reads pages of a list: at first one, later as many as were shown, so that a refresh does not shorten the list.
 *
 * @param {function(Object): Promise<{items: Array, next: string?}>} read
 * @returns {{first: function(): Promise, more: function(): Promise, again: function(): Promise}} each gives
 *     `{items, next, …}`
 */
export function pages(read, limit) {
  let items = [];
  let last = {};

  async function until(length, after) {
    let next = after;
    do {
      last = await read({ limit, after: next });
      items = items.concat(last.items);
      next = last.next;
    } while (next && items.length < length);
    return { ...last, items, next };
  }

  return {
    first() {
      items = [];
      return until(limit);
    },
    more() {
      return until(items.length + 1, last.next);
    },
    again() {
      const length = last.next ? items.length : items.length + limit; // at its end the list may grow
      items = [];
      return until(length);
    },
  };
}

/** Calls a function a moment after the last of several calls, and never while it still works. */
export function soon(act) {
  let timer;
  let working = false;
  let again = false;
  async function run() {
    if (working) {
      again = true;
      return;
    }
    working = true;
    try {
      await act();
    } finally {
      working = false;
    }
    if (again) {
      again = false;
      call();
    }
  }
  function call() {
    clearTimeout(timer);
    timer = setTimeout(run, 250);
  }
  return { call, cancel: () => clearTimeout(timer) };
}
