import * as api from './api.js';
import { follow } from './stream.js';

const SAMPLES = 150;
const ACTIVITIES = 12;

/**
 * What the server tells while somebody is logged in. It dispatches `monitor`, `connection`, `conflict`, `dead-letter`
 * and, when the stream was opened anew and events may have been missed, `resumed`.
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
    let before = false;
    this.#stream = follow({
      opened: () => {
        this.#opened(before);
        before = true;
      },
      lost: wait => {
        this.#lost(wait);
        before = true;
      },
      event: (name, data) => this.#take(name, data),
    });
    this.#load();
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

  #opened(again) {
    this.connection = 'open';
    this.#tell('connection');
    if (again) {
      this.#load();
      this.#tell('resumed');
    }
  }

  async #load() {
    const stream = this.#stream;
    try {
      const { history, ...monitor } = await api.monitor();
      if (stream === this.#stream) {
        this.history = history ?? [];
        this.monitor = monitor;
        this.#tell('monitor');
      }
    } catch {
      // the next event has the same figures, and if the server is gone, the stream tells it
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
  const queueDepth = Object.values(queue ?? {}).reduce((sum, each) => sum + each, 0);
  return { at: monitor.at ?? new Date().toISOString(), lagMillis, documentsPerSecond, queueDepth };
}

export const live = new Live();

/** Listens until the returned function is called. */
export function listen(listeners) {
  const given = Object.entries(listeners);
  given.forEach(([name, callback]) => live.addEventListener(name, callback));
  return () => given.forEach(([name, callback]) => live.removeEventListener(name, callback));
}
