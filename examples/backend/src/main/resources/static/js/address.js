/** The address of a view; a part may hold any character. */
export function link(...path) {
  return `#/${path.map(encodeURIComponent).join('/')}`;
}

/** Goes to a view, anew if it is the one that is shown. */
export function go(...path) {
  const address = link(...path);
  if (location.hash === address) {
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = address;
  }
}

/** The parts of the present address. */
export function path() {
  return location.hash.replace(/^#\/?/, '').split('/').map(decode);
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // typed by hand
  }
}
