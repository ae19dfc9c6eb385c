/** A number that JavaScript can't hold: 30 digits, or 1.50. It keeps the characters of the document. */
export class ExactNumber {
  constructor(source) {
    this.source = source;
  }
}

/** Parses JSON without rounding a number, where the browser hands out the text of numbers. */
export function parseExactly(text) {
  return JSON.parse(text, (key, value, context) =>
    typeof value === 'number' && context?.source && String(value) !== context.source
      ? new ExactNumber(context.source)
      : value);
}

const SHORT = 60;

/** A value as JSON, in one line if that is short. */
export function display(value) {
  const lines = write(value).map(line => line.text);
  const one = lines.map(line => line.trim()).join(' ').replace(/([[{]) /g, '$1').replace(/ ([\]}])/g, '$1');
  return lines.length > 1 && one.length > SHORT ? lines.join('\n') : one;
}

/**
 * JSON, a line at a time.
 *
 * @returns {Array<{pointer: string, text: string}>} pointer: of the value that the line belongs to
 */
export function write(value, pointer = '', indent = '', key = null, comma = '') {
  const name = key === null ? '' : `${JSON.stringify(key)}: `;
  const compound = value !== null && typeof value === 'object' && !(value instanceof ExactNumber);
  const entries = compound ? Object.entries(value) : [];
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (!compound) {
    return [{ pointer, text: `${indent}${name}${scalar(value)}${comma}` }];
  }
  if (entries.length === 0) {
    return [{ pointer, text: `${indent}${name}${open}${close}${comma}` }];
  }
  const inner = entries.flatMap(([each, child], index) =>
    write(
      child,
      `${pointer}/${escape(each)}`,
      `${indent}  `,
      Array.isArray(value) ? null : each,
      index < entries.length - 1 ? ',' : ''));
  return [
    { pointer, text: `${indent}${name}${open}` },
    ...inner,
    { pointer, text: `${indent}${close}${comma}` },
  ];
}

/** Whether a line is at a pointer or below it. */
export function within(line, pointer) {
  return line === pointer || line.startsWith(`${pointer}/`);
}

/** A copy of a document with the value at a pointer replaced, or taken out if it is undefined. */
export function withValue(document, pointer, value) {
  const steps = pointer.split('/').slice(1).map(unescape);
  return steps.length ? at(document, steps, value) : value;
}

function at(node, [step, ...rest], value) {
  const copy = Object.fromEntries(Object.entries(node && typeof node === 'object' ? node : {}));
  const known = Object.hasOwn(copy, step);
  const placed = rest.length && (known || value !== undefined) ? at(known ? copy[step] : {}, rest, value) : value;
  if (placed === undefined) {
    delete copy[step];
  } else {
    Object.defineProperty(copy, step, { value: placed, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

function scalar(value) {
  return value instanceof ExactNumber ? value.source : JSON.stringify(value);
}

function escape(step) {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescape(step) {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
