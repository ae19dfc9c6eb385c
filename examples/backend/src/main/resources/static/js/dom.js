/**
 * Makes an element. Strings become text nodes, so that no content is ever read as markup.
 *
 * @param {string} tag
 * @param {Object} properties `class`, attributes, and `on…` functions; false, null and undefined are left out, true
 *     is an attribute without a value
 * @param {...(Node|string|null|undefined|Array)} children
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  apply(node, properties);
  node.append(...flat(children));
  return node;
}

/** Makes an element of SVG. */
export function svg(tag, properties = {}, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  apply(node, properties);
  node.append(...flat(children));
  return node;
}

/** Puts children in the place of those that a node has. */
export function fill(node, ...children) {
  node.replaceChildren(...flat(children));
}

/** Text that only a screen reader tells. */
export function unseen(text) {
  return el('span', { class: 'unseen' }, text);
}

let last = 0;

/** An id for an element that another one points to. */
export function freshId(prefix) {
  last += 1;
  return `${prefix}-${last}`;
}

function apply(node, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) {
      continue;
    }
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else {
      node.setAttribute(name, value === true ? '' : value);
    }
  }
}

function flat(children) {
  return children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false);
}
