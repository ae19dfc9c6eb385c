// POST /db/_bulk_get. express-pouchdb's own groups what was asked for by id, leaves out what it can't find, and never answers
// an empty list.
'use strict';

const REVISION = /^\d+-.+$/;

const failure = (id, rev, error, reason) => ({ id, docs: [{ error: { id, rev, error, reason } }] });

async function one(db, wanted, options) {
  const { id, rev } = wanted || {};
  if (typeof id !== 'string') return failure(null, null, 'bad_request', 'document id missed');
  if (rev !== undefined && !REVISION.test(rev)) return failure(id, rev, 'bad_request', 'Invalid rev format');
  let leaves = [];
  try {
    leaves = await db.get(id, { ...options, open_revs: rev === undefined ? 'all' : [rev] });
  } catch (error) {
    if (error.status !== 404) throw error;
  }
  const docs = leaves.filter((leaf) => leaf.ok);
  return docs.length > 0 ? { id, docs } : failure(id, rev ?? 'undefined', 'not_found', 'missing');
}

module.exports = async function bulkGet(req, res) {
  const docs = req.body && req.body.docs;
  if (!Array.isArray(docs)) {
    return res.status(400).json({ error: 'bad_request', reason: "Missing JSON list of 'docs'." });
  }
  const on = (name) => req.query[name] === 'true';
  const options = { revs: on('revs'), latest: on('latest'), attachments: on('attachments') };
  try {
    res.json({ results: await Promise.all(docs.map((wanted) => one(req.db, wanted, options))) });
  } catch (error) {
    res.status(error.status || 500).json({ error: error.name, reason: error.message });
  }
};
