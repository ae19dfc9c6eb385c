const counts = new Intl.NumberFormat('en');
const rates = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export const count = value => counts.format(value ?? 0);
export const rate = value => rates.format(value ?? 0);

/** A count with its noun: `1 field`, `3 fields`. */
export function plural(value, one, many = `${one}s`) {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Milliseconds as people say them, `{value, unit}`. */
export function duration(millis) {
  if (millis === null || millis === undefined) {
    return { value: '–', unit: '' };
  }
  if (millis < 1_000) {
    return { value: count(Math.round(millis)), unit: 'ms' };
  }
  if (millis < 120_000) {
    return { value: rates.format(millis / 1_000), unit: 's' };
  }
  if (millis < 7_200_000) {
    return { value: count(Math.round(millis / 60_000)), unit: 'min' };
  }
  return { value: count(Math.round(millis / 3_600_000)), unit: 'h' };
}

export function time(instant) {
  return clock.format(new Date(instant));
}

/** Date and time, or only the time if it is today. */
export function moment(instant) {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) {
    return '–';
  }
  return date.toDateString() === new Date().toDateString() ? time(date) : `${day.format(date)}, ${time(date)}`;
}

/** How long ago: `now`, `3 minutes ago`. */
export function ago(instant) {
  const seconds = Math.round((Date.parse(instant) - Date.now()) / 1_000);
  if (Number.isNaN(seconds)) {
    return '–';
  }
  for (const [unit, size] of [['day', 86_400], ['hour', 3_600], ['minute', 60]]) {
    if (Math.abs(seconds) >= size) {
      return relative.format(Math.round(seconds / size), unit);
    }
  }
  return Math.abs(seconds) < 10 ? 'just now' : relative.format(seconds, 'second');
}

/** A revision as short as people can tell it apart: `2-967a00df`. */
export function shortRevision(revision) {
  const dash = revision.indexOf('-');
  return revision.length > dash + 9 ? revision.slice(0, dash + 9) : revision;
}

/** SOME_STATE as `Some state`. */
export function words(constant) {
  const text = String(constant ?? '').replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
