import { ExactNumber } from './json.js';

/**
 * The versions of a conflict with the names that people call them by: A is CouchDB's winner.
 *
 * @returns {Array<Object>} each version with `name` and `leaf`
 */
export function named(conflict) {
  return [...conflict.versions]
    .sort((a, b) => Number(Boolean(b.winner)) - Number(Boolean(a.winner)))
    .map((version, index) => ({ ...version, name: nameOf(index), leaf: version.leaf !== false }));
}

/** The version that others are compared with: what is mirrored now, else CouchDB's winner. */
export function reference(versions) {
  return versions.find(version => version.mirrored) ?? versions[0];
}

/** The version whose text a version's text is laid beside: the one that is compared with, or the other one of two. */
export function counterpart(versions, version) {
  const compared = reference(versions);
  return version === compared && versions.length === 2 ? versions.find(each => each !== compared) : compared;
}

/** Whether two values are the same JSON; the order of an object's members does not count. */
export function same(a, b) {
  if (a === b) {
    return true;
  }
  if (a instanceof ExactNumber && b instanceof ExactNumber) {
    return a.source === b.source;
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) {
    return false;
  }
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && same(a[key], b[key]));
}

/**
 * Where a text differs from another one: what both begin with, what is its own, what both end with. Cut between words.
 *
 * @returns {[string, string, string]}
 */
export function ownPart(text, other) {
  const words = text.split(/(\s+)/);
  const others = other.split(/(\s+)/);
  const most = Math.min(words.length, others.length);
  let start = 0;
  while (start < most && words[start] === others[start]) {
    start += 1;
  }
  let end = 0;
  while (end < most - start && words.at(-1 - end) === others.at(-1 - end)) {
    end += 1;
  }
  const until = words.length - end;
  return [words.slice(0, start), words.slice(start, until), words.slice(until)].map(part => part.join(''));
}

function nameOf(index) {
  return index < 26 ? String.fromCharCode(65 + index) : `Z${index - 25}`;
}
