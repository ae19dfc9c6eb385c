import { el } from './dom.js';
import { ago, moment } from './format.js';

/** How long ago something was, kept up to date while it is shown. */
export function since(instant) {
  return el('time', { datetime: instant, title: moment(instant) }, ago(instant));
}

setInterval(() => {
  for (const node of document.querySelectorAll('time[datetime]')) {
    const text = ago(node.dateTime);
    if (node.textContent !== text) {
      node.textContent = text;
    }
  }
}, 10_000);
