import * as api from './api.js';
import { showConnection } from './connection.js';
import { live } from './live.js';
import { showMasthead } from './masthead.js';
import { flash } from './notice.js';
import * as router from './router.js';
import * as session from './session.js';

/** Puts the page together: who is logged in decides whether the stream runs and what is shown. */
function start() {
  document.getElementById('skip').addEventListener('click', event => {
    event.preventDefault(); // the address after # names the view
    document.getElementById('main').focus();
  });
  showMasthead(document.getElementById('masthead'), leave);
  showConnection(document.getElementById('connection'));
  api.whenExpired(() => leave('Your session has ended. Log in again to go on where you were.'));
  window.addEventListener('online', () => live.retryNow());
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && live.retryNow());
  router.start(document.getElementById('main'), enter);
  if (session.current()) {
    live.start();
  }
}

function enter(loggedIn) {
  session.begin(loggedIn);
  live.start();
  router.show();
}

function leave(why) {
  live.stop();
  session.end();
  if (why) {
    flash('info', why);
  }
  router.show();
}

start();
