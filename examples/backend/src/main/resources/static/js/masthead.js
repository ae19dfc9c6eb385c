import { link } from './address.js';
import { el, fill, unseen } from './dom.js';
import { count, words } from './format.js';
import { listen, live } from './live.js';
import { announce } from './notice.js';
import * as session from './session.js';
import { tone } from './states.js';

const TABS = [
  { name: 'overview', label: 'Overview' },
  { name: 'conflicts', label: 'Conflicts', figure: 'openConflicts', means: 'versions to decide' },
  { name: 'dead-letters', label: 'Dead letters', figure: 'deadLetters', means: 'parked' },
  { name: 'devices', label: 'Devices' },
];

/** The head of the page: where one is, how the mirror is, who one is. */
export function showMasthead(node, leave) {
  const tabs = node.querySelector('#tabs');
  const pulse = node.querySelector('#pulse');
  let told = '';
  node.querySelector('#logout').addEventListener('click', () => leave());

  function route(event) {
    const user = session.current();
    node.hidden = !user;
    if (!user) {
      return;
    }
    node.querySelector('#account').textContent = `${user.user}, ${user.roles.join(', ')}`;
    const here = event.detail === 'conflict' ? 'conflicts' : event.detail;
    fill(tabs, TABS.filter(tab => tab.name === 'overview' || session.mayReview()).map(tab =>
      el(
        'a',
        { href: link(tab.name), 'aria-current': here === tab.name ? 'page' : null, 'data-figure': tab.figure },
        el('span', {}, tab.label),
        tab.figure && el('span', { class: 'figure' }))));
    figures();
  }

  function figures() {
    const monitor = live.monitor;
    for (const tab of tabs.querySelectorAll('[data-figure]')) {
      const { figure, means } = TABS.find(each => each.figure === tab.dataset.figure);
      const value = monitor?.[figure] ?? 0;
      fill(tab.querySelector('.figure'), value > 0 ? [count(value), unseen(` ${means}`)] : []);
    }
    if (!monitor || live.connection === 'lost') {
      pulse.className = 'pulse quiet';
      fill(pulse, live.connection === 'lost' ? 'Reconnecting' : 'Connecting');
      return;
    }
    pulse.className = `pulse ${tone(monitor)}`;
    fill(pulse, words(monitor.state));
    const now = `The mirror is ${words(monitor.state).toLowerCase()} and ${words(monitor.health?.status).toLowerCase()}.`;
    if (told && told !== now) {
      announce(now);
    }
    told = now;
  }

  document.addEventListener('route', route);
  listen({ monitor: figures, connection: figures });
}
