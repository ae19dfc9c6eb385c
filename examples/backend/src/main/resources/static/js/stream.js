import * as api from './api.js';

const SILENCE = 20_000; // the server sends something every 2 s
const SETTLED = 5_000; // a stream that lived this long and ended in good order is opened again at once
const WAITS = [1_000, 2_000, 4_000, 8_000, 15_000];

/**
 * Follows the server's events and comes back after each loss of the connection.
 *
 * `EventSource` can't send a token in a header, and a token does not belong into an address, so the stream is read
 * from a response.
 *
 * @param {{opened: function(), lost: function(number), event: function(string, Object)}} listener `lost` is told how
 *     many milliseconds pass until the next attempt; `opened` comes with the first event
 * @returns {{close: function(), retryNow: function()}}
 */
export function follow(listener) {
  let closed = false;
  let attempt = 0;
  let connection = null;
  let wake = () => {};

  async function run() {
    while (!closed) {
      connection = new AbortController();
      let since = Infinity;
      try {
        await read(connection, (name, data) => {
          if (since === Infinity) {
            since = Date.now();
            listener.opened(); // only now: a server that is about to end answers, too
          }
          listener.event(name, data);
        });
        if (Date.now() - since > SETTLED) {
          attempt = 0;
          continue; // the server ends each stream now and then, to see the token again
        }
      } catch (failure) {
        if (failure.status === 401) {
          return; // the session is over, which the page is told by the API
        }
      }
      if (!closed) {
        attempt = Date.now() - since > SETTLED ? 0 : attempt;
        const wait = WAITS[Math.min(attempt, WAITS.length - 1)];
        attempt += 1;
        listener.lost(wait);
        await pause(wait);
      }
    }
  }

  function pause(millis) {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, millis);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  run();
  return {
    close() {
      closed = true;
      connection?.abort();
      wake();
    },
    retryNow() {
      wake();
    },
  };
}

async function read(connection, emit) {
  let timer;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => connection.abort(), SILENCE);
  };
  heard();
  try {
    const answer = await api.events(connection.signal);
    const parse = parser(emit);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      heard();
      parse(part.value);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Cuts the text of a stream into events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function parser(emit) {
  let rest = '';
  let name = '';
  let data = [];
  return text => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        if (data.length) {
          emit(name || 'message', JSON.parse(data.join('\n')));
        }
        name = '';
        data = [];
      } else if (line.startsWith('event:')) {
        name = line.slice(6).trimStart();
      } else if (line.startsWith('data:')) {
        data.push(line.slice(5).replace(/^ /, ''));
      }
    }
  };
}
