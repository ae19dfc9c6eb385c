// A device: PouchDB databases in memory, told over standard input what to do, a line of JSON a command, and answering each
// with a line. Ends when the input does. The folder of its packages is in NODE_PATH.
'use strict';

const readline = require('readline');
const PouchDB = require('pouchdb-core')
  .plugin(require('pouchdb-adapter-memory'))
  .plugin(require('pouchdb-adapter-http'))
  .plugin(require('pouchdb-replication'));

const locals = new Map();
const lives = new Map();

const local = (name) => {
  if (!locals.has(name)) locals.set(name, new PouchDB(name, { adapter: 'memory' }));
  return locals.get(name);
};

// with the requests it makes, for whoever wants to know
const remote = ({ url, token }, requests = []) =>
  new PouchDB(url, {
    adapter: 'http',
    fetch: async (address, options) => {
      options.headers.set('Authorization', `Bearer ${token}`);
      const answer = await PouchDB.fetch(address, options);
      requests.push(`${options.method || 'GET'} ${new URL(address).pathname} ${answer.status}`);
      return answer;
    },
  });

const replicate = (command, from, to, requests) =>
  new Promise((resolve) => {
    const denied = [];
    const run = PouchDB.replicate(from, to, { retry: false, ...command.options });
    run.on('denied', (error) => denied.push({ id: error.id, name: error.name, reason: error.reason }));
    const end = (outcome, info) =>
      resolve({
        outcome,
        read: info.docs_read,
        written: info.docs_written,
        failures: info.doc_write_failures,
        status: info.status,
        denied,
        requests: [...new Set(requests)],
      });
    run.on('complete', (info) => end('complete', info));
    run.on('error', (error) => end('error', { ...error.result, status: error.status || error.message }));
  });

const commands = {
  put: async ({ db, docs }) => {
    const rows = await local(db).bulkDocs(docs);
    return { revs: Object.fromEntries(rows.map((row) => [row.id, row.rev])) };
  },
  store: async ({ db, docs }) => {
    await local(db).bulkDocs(docs, { new_edits: false });
    return {};
  },
  docs: async ({ db }) => {
    const { rows } = await local(db).allDocs({ include_docs: true, conflicts: true });
    return { docs: rows.map((row) => row.doc) };
  },
  get: async ({ db, id }) => {
    try {
      return { doc: await local(db).get(id) };
    } catch (error) {
      return { error: error.name, reason: error.reason };
    }
  },
  push: (command) => {
    const requests = [];
    return replicate(command, local(command.db), remote(command, requests), requests);
  },
  pull: (command) => {
    const requests = [];
    return replicate(command, remote(command, requests), local(command.db), requests);
  },
  // follows until it is told to stop
  follow: async (command) => {
    const run = local(command.db).sync(remote(command), { live: true, retry: true });
    lives.set(command.db, run);
    return {};
  },
  await: ({ db, id, title }) =>
    new Promise((resolve) => {
      const changes = local(db).changes({ live: true, include_docs: true, since: 0 });
      changes.on('change', (change) => {
        if (change.id !== id) return;
        if (title === null ? !change.deleted : !change.doc || change.doc.title !== title) return;
        changes.cancel();
        resolve({ rev: change.changes[0].rev });
      });
    }),
  stop: ({ db }) =>
    new Promise((resolve) => {
      const run = lives.get(db);
      lives.delete(db);
      run.on('complete', () => resolve({}));
      run.cancel();
    }),
  // one call of PouchDB's on the remote database itself
  call: async (command) => {
    try {
      return { answer: await remote(command)[command.method](...command.arguments) };
    } catch (error) {
      return { error: error.name || error.error, status: error.status, reason: error.reason };
    }
  },
};

process.on('unhandledRejection', (error) => console.error('unhandled rejection:', error));

readline
  .createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const command = JSON.parse(line);
    try {
      process.stdout.write(JSON.stringify(await commands[command.do](command)) + '\n');
    } catch (error) {
      process.stdout.write(JSON.stringify({ failed: String(error.message || error) }) + '\n');
    }
  })
  .on('close', () => process.exit(0));
