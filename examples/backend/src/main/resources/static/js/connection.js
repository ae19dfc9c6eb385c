import { el, fill } from './dom.js';
import { time } from './format.js';
import { listen, live } from './live.js';
import { announce } from './notice.js';

/** A bar across the page while the stream of events is broken: figures stand still, and it says so. */
export function showConnection(node) {
  const rest = el('span', { class: 'countdown' });
  let since = null;
  let timer = null;

  function update() {
    clearInterval(timer);
    if (live.connection !== 'lost') {
      if (since) {
        announce('Connected again.');
      }
      since = null;
      fill(node);
      return;
    }
    if (!since) {
      since = new Date();
      announce('The connection to the server is lost. Figures stand still until it is back.');
      const button = el('button', { class: 'button', type: 'button', onclick: () => live.retryNow() }, 'Try now');
      const text = `Connection lost. What you see is from ${time(since)}. `;
      fill(node, el('section', { class: 'notice warn offline', 'aria-label': 'Connection' }, el('p', {}, text, rest), button));
    }
    tick();
    timer = setInterval(tick, 1_000);
  }

  function tick() {
    const seconds = Math.ceil((live.retryAt - Date.now()) / 1_000);
    rest.textContent = seconds > 0 ? `Next attempt in ${seconds} s.` : 'Trying…';
  }

  listen({ connection: update });
  document.addEventListener('route', () => {
    if (live.connection === 'opening') {
      clearInterval(timer);
      since = null;
      fill(node);
    }
  });
}
