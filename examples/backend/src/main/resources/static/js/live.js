import * as api from './api.js';
import { follow } from './stream.js';

const SAMPLES = 150;
const ACTIVITIES = 12;

/**
 * What the server tells while somebody is logged in. It dispatches `monitor`, `connection`, `conflict`, `dead-letter`
 * and, when the connection is back after a loss, `resumed`.
 */
class Live extends EventTarget {
  monitor = null;
  history = [];
  activity = [];
  connection = 'opening';
  retryAt = 0;
  #stream = null;

  start() {
    this.stop();
    this.#stream = follow({
      opened: () => this.#opened(),
      lost: wait => this.#lost(wait),
      event: (name, data) => this.#take(name, data),
    });
  }

  stop() {
    this.#stream?.close();
    this.#stream = null;
    this.monitor = null;
    this.history = [];
    this.activity = [];
    this.connection = 'opening';
  }

  retryNow() {
    if (this.connection === 'lost') {
      this.#stream?.retryNow();
    }
  }

  async #opened() {
    const resumed = this.connection === 'lost';
    this.connection = 'open';
    this.#tell('connection');
    try {
      const { history, ...monitor } = await api.monitor();
      this.history = history ?? [];
      this.monitor = monitor;
      this.#tell('monitor');
    } catch {
      return; // the next event has the same figures, and a server that is gone ends the stream
    }
    if (resumed) {
      this.#tell('resumed');
    }
  }

  #lost(wait) {
    this.connection = 'lost';
    this.retryAt = Date.now() + wait;
    this.#tell('connection');
  }

  #take(name, data) {
    if (name === 'monitor') {
      this.monitor = data;
      this.history = [...this.history, sample(data)].slice(-SAMPLES);
    } else {
      this.activity = [{ name, at: new Date().toISOString(), ...data }, ...this.activity].slice(0, ACTIVITIES);
    }
    this.#tell(name, data);
  }

  #tell(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function sample(monitor) {
  const { lagMillis, documentsPerSecond, queue } = monitor;
  const queueDepth = (queue?.pending ?? 0) + (queue?.processing ?? 0);
  return { at: monitor.at ?? new Date().toISOString(), lagMillis, documentsPerSecond, queueDepth };
}

export const live = new Live();

/** Listens until the returned function is called. */
export function listen(listeners) {
  const given = Object.entries(listeners);
  given.forEach(([name, callback]) => live.addEventListener(name, callback));
  return () => given.forEach(([name, callback]) => live.removeEventListener(name, callback));
}
