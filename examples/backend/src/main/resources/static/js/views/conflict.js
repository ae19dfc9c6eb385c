import { go, link } from '../address.js';
import * as api from '../api.js';
import { comparison, whole } from '../comparison.js';
import { baseOf, decisionForm, merged, modes, wording } from '../decision.js';
import { el, fill } from '../dom.js';
import { plural, shortRevision } from '../format.js';
import { within, write } from '../json.js';
import { listen } from '../live.js';
import { announce, failed, flash, loading, notice } from '../notice.js';
import { named, reference } from '../versions.js';

const DONE = { merge: 'merged', choose: 'decided', dismiss: 'dismissed' };

/** One conflict: its versions side by side, and the decision. */
export function conflict(node, id) {
  const heading = el('h1', { tabindex: '-1' }, el('span', { class: 'kicker' }, 'Conflict'), el('code', {}, id));
  const lead = el('p', { class: 'lead' });
  const trouble = el('div', {});
  const area = el('div', {}, loading());
  const form = decisionForm(reason => decide(reason));
  let shown = null;
  let mode = null;
  let compared = null;
  let versions = [];
  let deciding = false;
  let ended = false;

  async function load() {
    try {
      const answer = await api.conflict(id);
      if (!ended) {
        show(answer);
      }
      return true;
    } catch (problem) {
      if (!ended) {
        shown = null;
        form.node.remove();
        fill(lead);
        fill(area, problem.status === 404 ? gone() : failed(problem, load));
      }
      return false;
    }
  }

  function show(answer) {
    shown = answer;
    versions = named(answer);
    const preview = el('div', {});
    compared = comparison(answer, versions, update);
    const mergeable = answer.fields.length > 0 && baseOf(versions);
    const first = mode ?? (mergeable ? 'merge' : 'choose');
    const details = (title, content) => el('details', { class: 'more' }, el('summary', {}, title), content);
    const result = details('The document as it would be written', preview);
    const lines = body => listing(body, answer.fields);

    function update() {
      form.label(wording(mode, compared, answer.fields.length));
      form.complain('');
      result.hidden = mode !== 'merge' || !mergeable;
      if (mergeable) {
        fill(preview, lines(merged(answer, baseOf(versions), compared.chosenFields)));
      }
    }

    fill(lead, answer.type && [el('span', { class: 'tag' }, answer.type), ' '], answer.reason);
    fill(
      area,
      modes(first, chosen => {
        mode = chosen;
        compared.allow(chosen);
        update();
      }),
      el('section', { class: 'differences', 'aria-labelledby': 'differences' },
        el('h2', { id: 'differences' }, answer.fields.length
          ? `${plural(answer.fields.length, 'field')} ${answer.fields.length === 1 ? 'differs' : 'differ'} among ${plural(versions.length, 'version')}`
          : `${plural(versions.length, 'version')} with the same content`),
        answer.fields.length > 0 && el('p', { class: 'hint' }, told(reference(versions), answer.mirroredRevision)),
        compared.node),
      details('Whole versions side by side', whole(answer, versions, lines)),
      result,
      form.node);
  }

  async function decide(reason) {
    const missing = lacking();
    if (missing) {
      form.complain(missing);
      compared.focusMissing(mode);
      return;
    }
    const why = reason.value();
    if (why === null) {
      return;
    }
    const decided = mode;
    deciding = true;
    try {
      await api.decide(id, decided, { token: shown.token, ...choice(), reason: why });
      flash('good', `${id} is ${DONE[decided]}.${decided === 'dismiss' ? '' : ' CouchDB has the result; MySQL follows.'}`);
      go('conflicts');
    } catch (problem) {
      await refused(problem);
    } finally {
      deciding = false;
    }
  }

  function lacking() {
    if (mode === 'merge') {
      if (!baseOf(versions)) {
        return 'Every version deletes the document. There is nothing to merge.';
      }
      const open = shown.fields.length - compared.chosenFields.size;
      return open ? `Choose a version for ${plural(open, 'more field')}.` : '';
    }
    return mode === 'choose' && !compared.chosenVersion() ? 'Choose the version to keep.' : '';
  }

  function choice() {
    if (mode === 'merge') {
      const fields = [...compared.chosenFields].map(([pointer, version]) => [pointer, version.revision]);
      return { base: baseOf(versions).revision, fields: Object.fromEntries(fields) };
    }
    return mode === 'choose' ? { revision: compared.chosenVersion().revision } : {};
  }

  async function refused(problem) {
    if (problem.status === 409) {
      const open = await load();
      say('warn', !open ? 'Somebody else was faster. Nothing of yours was written.' : 'The document was written while you were deciding. Nothing of yours was written. '
        + 'Below are its versions as they are now; choose again.');
    } else {
      say('bad', `Not decided. ${problem.message}`);
    }
  }

  function say(kind, text, action) {
    fill(trouble, notice(kind, text, action));
    announce(text);
    if (!action) {
      heading.focus();
    }
  }

  function changed(event) {
    if (event.detail.id === id && !deciding && shown) {
      say('info', event.detail.open === false
        ? 'This conflict was just closed.'
        : 'This document was just written. What you see may no longer be all of it.', {
        label: 'Show it as it is now',
        act: async () => {
          fill(trouble);
          heading.focus();
          await load();
        },
      });
    }
  }

  function gone() {
    return el('div', { class: 'empty' },
      el('h2', {}, 'This conflict is no longer open'),
      el('p', {}, 'Somebody decided it, or a later version of the document settled it.'),
      el('p', {}, el('a', { href: link('conflicts') }, 'Back to the open conflicts')));
  }

  fill(
    node,
    el('p', { class: 'back' }, el('a', { href: link('conflicts') }, 'All conflicts')),
    el('header', { class: 'headline' }, el('div', {}, heading, lead)),
    trouble,
    area);
  load();
  const unlisten = listen({ conflict: changed });
  return () => {
    ended = true;
    unlisten();
  };
}

/** What the marks are about, and what MySQL has meanwhile. */
function told(compared, mirrored) {
  if (compared.mirrored) {
    return `Marked is what differs from version ${compared.name}, which is in MySQL now.`;
  }
  return `Marked is what differs from version ${compared.name}, CouchDB’s winner. ${
    mirrored ? `MySQL still has ${shortRevision(mirrored)}, an older one.` : 'MySQL has none yet.'}`;
}

function listing(body, fields) {
  const differs = pointer => fields.some(field => within(pointer, field.pointer));
  return el('pre', { class: 'listing', tabindex: '0' },
    write(body).map(({ pointer, text }) => el(differs(pointer) ? 'mark' : 'span', {}, text)));
}
