// CouchDB's HTTP API for tests, from PouchDB. Started as
//   node server.js <port, 0 for any> <data folder, or "memory">
// with the administrator's name and password in COUCHDB_USER and COUCHDB_PASSWORD, and somebody at the other end of its
// standard input: when that closes, the server ends.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

// express-pouchdb throws outside of the request for some malformed ones. One request hangs then, the server must not die.
// Ctrl+C at a terminal reaches every process: whoever started this one ends it, after what uses it.
process.on('SIGINT', () => {});
process.on('uncaughtException', (error) => console.error('uncaught exception:', error));
process.on('unhandledRejection', (error) => console.error('unhandled rejection:', error));
process.stdin.on('end', () => process.exit(0)).resume();

const port = Number(process.argv[2]);
const folder = process.argv[3];
const inMemory = folder === 'memory';
const { COUCHDB_USER: user, COUCHDB_PASSWORD: password } = process.env;
if (!Number.isInteger(port) || !folder || !user || !password) {
  console.error('usage: COUCHDB_USER=… COUCHDB_PASSWORD=… node server.js <port> <data folder | memory>');
  process.exit(2);
}
if (!inMemory) process.chdir(folder); // the list of databases is kept in the working folder

const express = require('express');
const expressPouchDb = require('express-pouchdb');
const pouchDbUtils = require('express-pouchdb/lib/utils');
const administrator = require('./administrator');
const bulkGet = require('./bulk-get');
const changes = require('./changes');

const PouchDB = require('pouchdb-core')
  .plugin(require(inMemory ? 'pouchdb-adapter-memory' : 'pouchdb-adapter-leveldb'))
  .plugin(require('pouchdb-adapter-http'))
  .plugin(require('pouchdb-replication'))
  .plugin(require('pouchdb-mapreduce'))
  .plugin(require('pouchdb-find'))
  .defaults(inMemory ? { adapter: 'memory' } : { adapter: 'leveldb', prefix: folder + path.sep });

const couchDb = expressPouchDb(PouchDB, {
  mode: 'minimumForPouchDB',
  overrideMode: {
    include: ['routes/find'],
    exclude: ['compression', 'routes/bulk-get', 'routes/changes', 'routes/session-stub'],
  },
});

// ---- what express-pouchdb doesn't keep: the server's uuid, and of each database its creation and _security ---------

const factsFile = path.join(folder, 'stand-in.json');
const facts = { uuid: crypto.randomBytes(16).toString('hex'), databases: {} };
if (!inMemory && fs.existsSync(factsFile)) Object.assign(facts, JSON.parse(fs.readFileSync(factsFile, 'utf8')));

function keepFacts() {
  if (inMemory) return;
  fs.writeFileSync(factsFile + '.new', JSON.stringify(facts));
  fs.renameSync(factsFile + '.new', factsFile); // a kill leaves the old file or the new one
}
keepFacts();

const admins = { roles: ['_admin'] };
const factsOf = (db) => facts.databases[db] || { created: 0, security: { members: admins, admins } };

function setFacts(db, value) {
  if (value) facts.databases[db] = value;
  else delete facts.databases[db];
  keepFacts();
}

// ---- the server ---------------------------------------------------------------------------------------------------

const app = express();
app.disable('x-powered-by');
app.enable('case sensitive routing');
app.set('query parser', 'simple');

app.use((req, res, next) => {
  res.set('Server', 'docmirror stand-in for CouchDB');
  next();
});
app.use(administrator(user, password));
app.get('/_up', (req, res) => res.json({ status: 'ok' }));

// what is done, and made of the body, before an answer goes out that is a success
function onSuccess(res, action) {
  const send = res.send.bind(res);
  res.send = (body) => {
    res.send = send;
    if (res.statusCode >= 300) return send(body);
    return send(Buffer.from(JSON.stringify(action(JSON.parse(body.toString()))) + '\n'));
  };
}

app.get('/', (req, res, next) => {
  onSuccess(res, (body) => ({ ...body, uuid: facts.uuid }));
  next();
});

// express-pouchdb says here when its process started: a restart would look like another database, and another database of
// the same name would not.
app.get('/:db', (req, res, next) => {
  if (req.params.db.startsWith('_')) return next(); // _all_dbs
  const created = String(factsOf(req.params.db).created);
  onSuccess(res, (info) => ({ ...info, update_seq: changes.toText(info.update_seq), instance_start_time: created }));
  next();
});

app.put('/:db', (req, res, next) => {
  const { db } = req.params;
  if (!/^[a-z][a-z0-9_$()+/-]*$/.test(db)) {
    return res.status(400).json({ error: 'illegal_database_name', reason: `Name: '${db}'.` });
  }
  onSuccess(res, (body) => {
    setFacts(db, { ...factsOf(db), created: Date.now() });
    return body;
  });
  next();
});

app.delete('/:db', (req, res, next) => {
  const { db } = req.params;
  if (!facts.databases[db]) return res.status(404).json({ error: 'not_found', reason: 'missing' });
  onSuccess(res, (body) => {
    setFacts(db, undefined);
    return body;
  });
  next();
});

app.use('/:db/:special(_changes|_bulk_get|_security)', (req, res, next) => {
  req.PouchDB = PouchDB;
  pouchDbUtils.setDBOnReq(req.params.db, couchDb.dbWrapper, req, res, next);
});

const json = express.json({ limit: '1gb', strict: false });

app.get('/:db/_changes', changes);
app.post('/:db/_changes', json, changes);
app.post('/:db/_bulk_get', json, bulkGet);
app.get('/:db/_security', (req, res) => res.json(factsOf(req.params.db).security));
app.put('/:db/_security', json, (req, res) => {
  setFacts(req.params.db, { ...factsOf(req.params.db), security: req.body });
  res.json({ ok: true });
});

app.use(couchDb);

app.use((error, req, res, next) => {
  if (res.headersSent) return next(error);
  res.status(error.status || 500).json({ error: 'bad_request', reason: 'the request could not be handled' });
});

const server = app.listen(port, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
server.on('error', (error) => {
  console.error('cannot listen:', error.message);
  process.exit(1);
});
server.keepAliveTimeout = 60_000;
