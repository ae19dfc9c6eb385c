// CouchDB's HTTP API for tests, from PouchDB. Started by dev.docmirror.testkit.server.PouchDbStandIn as
//   node server.js <port, 0 for any> <data folder, or "memory">
// with the administrator's name and password in COUCHDB_USER and COUCHDB_PASSWORD.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

// express-pouchdb throws outside of the request for some malformed ones. The request hangs then, the server must not die.
process.on('uncaughtException', (error) => console.error('uncaught exception:', error));
process.on('unhandledRejection', (error) => console.error('unhandled rejection:', error));

// The JVM holds the other end. A killed one closes it.
process.stdin.on('end', () => process.exit(0)).resume();

const port = Number(process.argv[2]);
const folder = process.argv[3];
const inMemory = folder === 'memory';
const user = process.env.COUCHDB_USER;
const password = process.env.COUCHDB_PASSWORD;
if (!Number.isInteger(port) || !folder || !user || !password) {
  console.error('usage: COUCHDB_USER=… COUCHDB_PASSWORD=… node server.js <port> <data folder | memory>');
  process.exit(2);
}
if (!inMemory) process.chdir(folder); // pouchdb-all-dbs keeps its list in the working folder

const express = require('express');
const expressPouchDb = require('express-pouchdb');
const PouchDB = require('pouchdb-core')
  .plugin(require(inMemory ? 'pouchdb-adapter-memory' : 'pouchdb-adapter-leveldb'))
  .plugin(require('pouchdb-adapter-http'))
  .plugin(require('pouchdb-replication'))
  .plugin(require('pouchdb-mapreduce'))
  .plugin(require('pouchdb-find'))
  .defaults(inMemory ? { adapter: 'memory' } : { adapter: 'leveldb', prefix: folder + path.sep });

const app = express();
app.disable('x-powered-by');
app.enable('case sensitive routing');

// ---- what this server remembers itself: its uuid, and when each database was created ------------------------------

const memoryFile = path.join(folder, 'stand-in.json');
const memory = { uuid: crypto.randomBytes(16).toString('hex'), created: {} };
if (!inMemory && fs.existsSync(memoryFile)) Object.assign(memory, JSON.parse(fs.readFileSync(memoryFile, 'utf8')));

function remember() {
  if (inMemory) return;
  fs.writeFileSync(memoryFile + '.new', JSON.stringify(memory));
  fs.renameSync(memoryFile + '.new', memoryFile); // a kill leaves the old file or the new one
}
remember();

// ---- administrator ------------------------------------------------------------------------------------------------

const sessionSeconds = 600;
const sessionKey = crypto.randomBytes(32);

function equal(left, right) {
  const digest = (text) => crypto.createHash('sha256').update(String(text)).digest();
  return crypto.timingSafeEqual(digest(left), digest(right));
}

function isAdministrator(name, secret) {
  return equal(name, user) & equal(secret, password);
}

function newSession() {
  const started = Math.floor(Date.now() / 1000).toString(16);
  const mac = crypto.createHmac('sha256', sessionKey).update(started).digest('hex');
  return Buffer.from(`${user}:${started}:${mac}`).toString('base64url');
}

function isSession(token) {
  const [name, started, mac] = Buffer.from(token, 'base64url').toString().split(':');
  const expected = crypto.createHmac('sha256', sessionKey).update(started || '').digest('hex');
  const fresh = Date.now() / 1000 - parseInt(started, 16) < sessionSeconds;
  return name === user && fresh && equal(mac, expected);
}

// 'anonymous', 'administrator', or 'refused' for credentials that are wrong
function caller(req) {
  const basic = /^Basic (.+)$/i.exec(req.headers.authorization || '');
  if (basic) {
    const [, name, secret] = /^([^:]*):([^]*)$/.exec(Buffer.from(basic[1], 'base64').toString()) || [];
    return isAdministrator(name, secret) ? 'administrator' : 'refused';
  }
  const cookie = /(?:^|;\s*)AuthSession=([^;]*)/.exec(req.headers.cookie || '');
  if (cookie && cookie[1]) return isSession(cookie[1]) ? 'administrator' : 'refused';
  return 'anonymous';
}

function refuse(res, reason) {
  res.status(401).json({ error: 'unauthorized', reason });
}

app.use((req, res, next) => {
  res.set('Server', 'docmirror stand-in (PouchDB)');
  req.caller = caller(req);
  const login = req.path === '/_session' && req.method !== 'GET';
  const open = req.path === '/' || req.path === '/_up' || req.path === '/_session';
  if (req.caller === 'refused' && !login) return refuse(res, 'Name or password is incorrect.');
  if (req.caller === 'anonymous' && !open) return refuse(res, 'You are not authorized to access this db.');
  next();
});

app.get('/_session', (req, res) => {
  const admin = req.caller === 'administrator';
  res.json({ ok: true, userCtx: { name: admin ? user : null, roles: admin ? ['_admin'] : [] } });
});

app.post('/_session', express.json(), express.urlencoded({ extended: false }), (req, res) => {
  const { name, password: secret } = req.body || {};
  if (!isAdministrator(name, secret)) return refuse(res, 'Name or password is incorrect.');
  res.cookie('AuthSession', newSession(), { httpOnly: true, maxAge: sessionSeconds * 1000 });
  res.json({ ok: true, name: user, roles: ['_admin'] });
});

app.delete('/_session', (req, res) => {
  res.clearCookie('AuthSession');
  res.json({ ok: true });
});

// ---- what CouchDB answers and express-pouchdb doesn't, or gets wrong ----------------------------------------------

function onSuccess(res, action) {
  res.on('finish', () => {
    if (res.statusCode < 300) action();
  });
}

function amend(res, amendment) {
  const send = res.send.bind(res);
  res.send = (body) => {
    res.send = send;
    if (res.statusCode !== 200) return send(body);
    return send(Buffer.from(JSON.stringify(Object.assign(JSON.parse(body.toString()), amendment)) + '\n'));
  };
}

app.get('/_up', (req, res) => res.json({ status: 'ok' }));

app.get('/', (req, res, next) => {
  amend(res, { uuid: memory.uuid });
  next();
});

// express-pouchdb gives the start of the process here: a restart would look like another database, and another
// database under the same name would not.
app.all('/:db', (req, res, next) => {
  const db = req.params.db;
  if (req.method === 'GET') amend(res, { instance_start_time: String(memory.created[db] || 0) });
  if (req.method === 'PUT') {
    onSuccess(res, () => {
      memory.created[db] = Date.now();
      remember();
    });
  }
  if (req.method === 'DELETE') {
    onSuccess(res, () => {
      delete memory.created[db];
      remember();
    });
  }
  next();
});

app.use(
  expressPouchDb(PouchDB, {
    mode: 'minimumForPouchDB',
    overrideMode: { include: ['routes/find'], exclude: ['routes/session-stub', 'compression'] },
  }),
);

app.use((error, req, res, next) => {
  if (res.headersSent) return next(error);
  res.status(error.status || 400).json({ error: 'bad_request', reason: 'the request could not be handled' });
});

const server = app.listen(port, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
server.on('error', (error) => {
  console.error('cannot listen:', error.message);
  process.exit(1);
});
server.keepAliveTimeout = 60_000;
