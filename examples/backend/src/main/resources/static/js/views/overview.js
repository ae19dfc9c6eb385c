import { link } from '../address.js';
import { trace } from '../chart.js';
import { el, fill } from '../dom.js';
import { count, duration, moment, rate, time, words } from '../format.js';
import { listen, live } from '../live.js';
import { loading } from '../notice.js';
import * as session from '../session.js';
import { describe, tone } from '../states.js';

const TABLE_STEP = 5; // every fifth sample, ten seconds apart

/** How the mirror is and how it has been for five minutes. */
export function overview(node) {
  const state = el('span', {}, 'Connecting');
  const heading = el('h1', { tabindex: '-1', class: 'state' }, state);
  const meaning = el('p', { class: 'lead' });
  const health = el('div', { class: 'health' });
  const figures = el('dl', { class: 'figures' });
  const activity = el('ol', { class: 'activity' });
  const traces = [
    trace({ title: 'Lag', pick: sample => sample.lagMillis, format: duration }),
    trace({ title: 'Throughput', pick: sample => sample.documentsPerSecond, format: perSecond }),
    trace({ title: 'Queue', pick: sample => sample.queueDepth, format: operations }),
  ];
  const table = el('details', { class: 'numbers', ontoggle: () => fillTable() }, el('summary', {}, 'Figures as a table'));
  const rows = el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Figures of the last five minutes' });
  table.append(rows);
  const content = el(
    'div',
    { class: 'overview', hidden: true },
    el('section', { class: 'vitals', 'aria-label': 'Last five minutes' },
      el('div', { class: 'axis', 'aria-hidden': 'true' }, el('span', {}, '5 min ago'), el('span', {}, 'now')),
      traces.map(each => each.node),
      table),
    el('section', { class: 'aside', 'aria-labelledby': 'attention' },
      el('h2', { id: 'attention' }, 'Needs a person'), figures,
      el('h2', {}, 'Just now'), activity));
  const wait = loading();

  function update() {
    const monitor = live.monitor;
    if (!monitor) {
      return;
    }
    wait.hidden = true;
    content.hidden = false;
    const told = describe(monitor.state);
    heading.className = `state ${live.connection === 'lost' ? 'unsure' : tone(monitor)}`;
    setText(state, told.title);
    setText(meaning, `${told.meaning} ${count(monitor.mirrored)} documents are mirrored${
      monitor.since ? `; ${told.title.toLowerCase()} since ${moment(monitor.since)}` : ''}.`);
    fillHealth(monitor);
    fillFigures(monitor);
    traces.forEach(each => each.update(live.history));
  }

  function fillHealth(monitor) {
    const reasons = monitor.health?.reasons ?? [];
    health.className = `health ${tone(monitor)}`;
    const text = JSON.stringify([monitor.health]);
    if (health.dataset.shown === text) {
      return; // what did not change is not touched, for those who are reading it
    }
    health.dataset.shown = text;
    fill(health,
      el('h2', {}, words(monitor.health?.status)),
      reasons.length ? el('ul', {}, reasons.map(reason => el('li', {}, reason))) : el('p', {}, 'Nothing to report.'));
  }

  function fillFigures(monitor) {
    const queue = monitor.queue ?? {};
    const given = [
      ['Versions to decide', monitor.openConflicts, 'conflicts'],
      ['Dead letters', monitor.deadLetters, 'dead-letters'],
      ['Failed writes', queue.failed, null],
      ['Writes in conflict', queue.conflicts, null],
    ];
    const text = JSON.stringify(given);
    if (figures.dataset.shown === text) {
      return;
    }
    figures.dataset.shown = text;
    fill(figures, given.map(([label, value, view]) => el(
      'div',
      { class: value > 0 ? 'some' : 'none' },
      el('dt', {}, view && session.mayReview() ? el('a', { href: link(view) }, label) : label),
      el('dd', {}, count(value)))));
  }

  function fillActivity() {
    const given = live.activity.map(each => el('li', {}, told(each), el('time', {}, time(each.at))));
    fill(activity, given.length ? given : el('li', { class: 'nothing' }, 'Conflicts and dead letters show up here as they happen.'));
  }

  function fillTable() {
    if (!table.open) {
      return;
    }
    const samples = [...live.history].reverse().filter((sample, index) => index % TABLE_STEP === 0);
    fill(rows, el(
      'table',
      {},
      el('thead', {}, el('tr', {}, ['Time', 'Lag', 'Documents/s', 'Queue'].map(name => el('th', { scope: 'col' }, name)))),
      el('tbody', {}, samples.map(sample => el(
        'tr',
        {},
        el('th', { scope: 'row' }, time(sample.at)),
        el('td', {}, Object.values(duration(sample.lagMillis)).join(' ')),
        el('td', {}, rate(sample.documentsPerSecond)),
        el('td', {}, count(sample.queueDepth)))))));
  }

  fill(node, el('header', { class: 'headline' }, el('div', {}, heading, meaning), health), wait, content);
  update();
  fillActivity();
  return listen({ monitor: update, connection: update, conflict: fillActivity, 'dead-letter': fillActivity });
}

function told(event) {
  const id = el('code', {}, event.id);
  if (event.name === 'dead-letter') {
    return el('span', {}, id, ' could not be mirrored and is parked');
  }
  const shown = session.mayReview() && event.open !== false ? el('a', { href: link('conflicts', event.id) }, id) : id;
  return el('span', {}, shown, event.open === false ? ': conflict closed' : `: conflict${event.type ? ` of type ${event.type}` : ''}`);
}

function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

function perSecond(value) {
  return { value: value === undefined ? '–' : rate(value), unit: value === undefined ? '' : 'documents/s' };
}

function operations(value) {
  return { value: value === undefined ? '–' : count(value), unit: value === undefined ? '' : value === 1 ? 'operation' : 'operations' };
}
