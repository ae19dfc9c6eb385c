// GET and POST /db/_changes. express-pouchdb's own ignores timeout, knows no pending, gives sequences as numbers, takes any
// text for since, and never ends a continuous feed whose client has gone.
'use strict';

const DEFAULT_TIMEOUT = 60_000;
const DEFAULT_HEARTBEAT = 60_000;

class BadRequest extends Error {
  constructor(message) {
    super(message);
    this.status = 400;
    this.name = 'bad_request';
  }
}

// As opaque as CouchDB's: text, so that nobody computes with it.
const toText = (seq) => `${seq}-stand-in`;

function sequence(since) {
  if (since === undefined || since === '0' || since === '') return 0;
  if (since === 'now') return 'now';
  const parts = /^(\d+)-stand-in$/.exec(String(since).replace(/^"(.*)"$/, '$1'));
  if (!parts) throw new BadRequest("Malformed sequence supplied in 'since' parameter.");
  return Number(parts[1]);
}

const flag = (value) => value === 'true';
const number = (value) => (/^\d+$/.test(value || '') ? Number(value) : undefined);

// which changes
function selection(query, body) {
  const filter = query.filter;
  if (!filter) return {};
  if (filter === '_doc_ids') return { doc_ids: body.doc_ids || JSON.parse(query.doc_ids || '[]') };
  if (filter === '_selector') return { selector: body.selector || {} };
  if (filter === '_design') return { filter: (doc) => doc._id.startsWith('_design/') };
  if (filter === '_view') return { filter, view: query.view };
  return { filter, query_params: query };
}

// what of them
function presentation(query) {
  return {
    style: query.style,
    descending: flag(query.descending),
    include_docs: flag(query.include_docs),
    conflicts: flag(query.conflicts),
    attachments: flag(query.attachments),
    limit: number(query.limit),
  };
}

async function read(db, since, query, body) {
  const page = await db.changes({ ...selection(query, body), ...presentation(query), since });
  const interval = number(query.seq_interval) || 1;
  const rows = page.results.map((row, index) => ({
    seq: (index + 1) % interval === 0 ? toText(row.seq) : null,
    id: row.id,
    changes: row.changes,
    ...(row.deleted && { deleted: true }),
    ...(row.doc && { doc: row.doc }),
  }));
  const newest = (await db.info()).update_seq;
  const pending = flag(query.descending) ? 0 : Math.max(0, newest - page.last_seq);
  return { rows, last: page.last_seq, end: { last_seq: toText(page.last_seq), pending } };
}

// until there is a change ('change'), the time is over ('timeout'), or the client has gone ('gone')
function wait(db, since, query, body, res) {
  return new Promise((resolve, reject) => {
    const feed = db.changes({ ...selection(query, body), since, live: true });
    const heartbeat = query.heartbeat === 'true' ? DEFAULT_HEARTBEAT : number(query.heartbeat);
    const beat = heartbeat && setInterval(() => res.write('\n'), heartbeat);
    const limit = Math.min(number(query.timeout) ?? DEFAULT_TIMEOUT, DEFAULT_TIMEOUT);
    const timer = !heartbeat && setTimeout(() => finish('timeout'), limit);
    const gone = () => finish('gone');

    function finish(outcome) {
      clearInterval(beat);
      clearTimeout(timer);
      res.off('close', gone);
      feed.cancel();
      resolve(outcome);
    }

    res.once('close', gone);
    feed.once('change', () => finish('change'));
    feed.once('complete', () => finish('timeout')); // the database was deleted
    feed.once('error', (error) => {
      reject(error);
      finish('gone');
    });
    if (res.destroyed) finish('gone');
  });
}

async function longpoll(db, since, query, body, res) {
  let page = await read(db, since, query, body);
  res.write('{"results":[\n');
  if (page.rows.length === 0) {
    const outcome = await wait(db, page.last, query, body, res);
    if (outcome === 'gone') return;
    if (outcome === 'change') page = await read(db, page.last, query, body);
  }
  const { last_seq: lastSeq, pending } = page.end;
  const rows = page.rows.map((row) => JSON.stringify(row)).join(',\n');
  res.end(`${rows}\n],\n"last_seq":${JSON.stringify(lastSeq)},"pending":${pending}}\n`);
}

async function continuous(db, since, query, body, res) {
  let left = number(query.limit) ?? Infinity;
  let page = await read(db, since, query, body);
  res.flushHeaders();
  for (;;) {
    for (const row of page.rows.slice(0, left)) res.write(JSON.stringify(row) + '\n');
    left -= page.rows.length;
    if (left <= 0) break;
    const outcome = await wait(db, page.last, query, body, res);
    if (outcome === 'gone') return;
    if (outcome === 'timeout') break;
    page = await read(db, page.last, query, body);
  }
  res.end(JSON.stringify(page.end) + '\n');
}

module.exports = async function changes(req, res) {
  const { query } = req;
  const body = req.body || {};
  try {
    const since = sequence(query.since ?? req.headers['last-event-id']);
    res.set('Content-Type', 'application/json');
    if (query.feed === 'longpoll') return await longpoll(req.db, since, query, body, res);
    if (query.feed === 'continuous') return await continuous(req.db, since, query, body, res);
    const page = await read(req.db, since, query, body);
    res.json({ results: page.rows, ...page.end });
  } catch (error) {
    if (res.headersSent) return res.destroy();
    res.status(error.status || 500).json({ error: error.name, reason: error.message });
  }
};

module.exports.toText = toText;
