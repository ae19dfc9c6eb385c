// One administrator, by basic authentication or a session's cookie. Everybody else gets 401, also where express-pouchdb
// would let an anonymous request hang.
'use strict';

const crypto = require('crypto');
const express = require('express');

const SESSION_SECONDS = 600;
const OPEN = new Set(['/', '/_up', '/_session']);

module.exports = function administrator(user, password) {
  const key = crypto.randomBytes(32); // sessions end with this process

  function equal(left, right) {
    const digest = (text) => crypto.createHash('sha256').update(String(text)).digest();
    return crypto.timingSafeEqual(digest(left), digest(right));
  }

  const isAdministrator = (name, secret) => equal(name, user) && equal(secret, password);
  const sign = (started) => crypto.createHmac('sha256', key).update(started).digest('hex');

  function newSession() {
    const started = Math.floor(Date.now() / 1000).toString(16);
    return Buffer.from(`${started}:${sign(started)}`).toString('base64url');
  }

  function isSession(token) {
    const [started, mac] = Buffer.from(token, 'base64url').toString().split(':');
    return equal(mac, sign(started)) && Date.now() / 1000 - parseInt(started, 16) < SESSION_SECONDS;
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

  const refuse = (res, reason) => res.status(401).json({ error: 'unauthorized', reason });

  const router = express.Router();

  router.use((req, res, next) => {
    req.caller = caller(req);
    const login = req.path === '/_session' && req.method !== 'GET';
    if (req.caller === 'refused' && !login) return refuse(res, 'Name or password is incorrect.');
    if (req.caller === 'anonymous' && !OPEN.has(req.path)) {
      return refuse(res, 'You are not authorized to access this db.');
    }
    next();
  });

  router.get('/_session', (req, res) => {
    const admin = req.caller === 'administrator';
    res.json({ ok: true, userCtx: { name: admin ? user : null, roles: admin ? ['_admin'] : [] } });
  });

  router.post('/_session', express.json(), express.urlencoded({ extended: false }), (req, res) => {
    const { name, password: secret } = req.body || {};
    if (!isAdministrator(name, secret)) return refuse(res, 'Name or password is incorrect.');
    res.cookie('AuthSession', newSession(), { httpOnly: true, maxAge: SESSION_SECONDS * 1000 });
    res.json({ ok: true, name: user, roles: ['_admin'] });
  });

  router.delete('/_session', (req, res) => {
    res.clearCookie('AuthSession');
    res.json({ ok: true });
  });

  return router;
};
