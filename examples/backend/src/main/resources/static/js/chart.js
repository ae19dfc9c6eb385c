import { el, fill, svg } from './dom.js';
import { ago } from './format.js';

const WIDTH = 600;
const HEIGHT = 100;
const SPAN = 300_000; // milliseconds from left to right
const GAP = 10_000; // without a sample for so long, the line breaks

/**
 * A trace of one figure over five minutes, with its present value beside it. The drawing has a text alternative; the
 * table of the view has the figures themselves.
 *
 * @param {{title: string, pick: function(Object): number, format: function(number): {value: string, unit: string}}} figure
 * @returns {{node: Element, update: function(Array)}}
 */
export function trace({ title, pick, format }) {
  const now = el('strong', { class: 'now' });
  const line = svg('path', { class: 'line' });
  const area = svg('path', { class: 'area' });
  const drawing = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' },
    svg('path', { class: 'grid', d: `M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}` }),
    area,
    line,
    svg('path', { class: 'base', d: `M0 ${HEIGHT}H${WIDTH}` }));
  const dot = el('span', { class: 'dot', hidden: true });
  const top = el('span', { class: 'top', 'aria-hidden': 'true' });
  const readout = el('span', { class: 'readout', 'aria-hidden': 'true' });
  const plot = el('div', { class: 'plot' }, drawing, el('div', { class: 'dots' }, dot), top, readout);
  let points = [];

  function update(history) {
    const end = Date.now();
    points = history
      .map(sample => ({ at: Date.parse(sample.at), value: pick(sample) }))
      .filter(point => Number.isFinite(point.value) && point.at > end - SPAN)
      .map(point => ({ ...point, x: (1 - (end - point.at) / SPAN) * WIDTH }));
    const values = points.map(point => point.value);
    const ceiling = roundUp(Math.max(...values, 1));
    points.forEach(point => {
      point.y = (1 - point.value / ceiling) * HEIGHT;
    });
    const runs = cut(points);
    line.setAttribute('d', runs.map(run => `M${run.map(position).join('L')}`).join(''));
    area.setAttribute('d', runs.map(run =>
      `M${run[0].x.toFixed(1)} ${HEIGHT}L${run.map(position).join('L')}L${run.at(-1).x.toFixed(1)} ${HEIGHT}Z`).join(''));
    fill(top, said(ceiling));
    const last = points.at(-1);
    place(last);
    const { value, unit } = format(last?.value);
    fill(now, value, unit && el('span', { class: 'unit' }, ` ${unit}`));
    drawing.setAttribute('aria-label', last
      ? `${title} over the last five minutes: between ${said(Math.min(...values))} and ${said(Math.max(...values))}, `
        + `now ${said(last.value)}.`
      : `${title}: no figures yet.`);
  }

  function place(point) {
    dot.hidden = !point;
    if (point) {
      dot.style.setProperty('left', `${point.x / WIDTH * 100}%`);
      dot.style.setProperty('top', `${point.y}%`);
    }
  }

  function said(number) {
    const { value, unit } = format(number);
    return unit ? `${value} ${unit}` : value;
  }

  plot.addEventListener('pointermove', event => {
    const box = plot.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * WIDTH;
    const [first, ...rest] = points;
    const near = rest.reduce((best, each) => Math.abs(each.x - x) < Math.abs(best.x - x) ? each : best, first);
    if (near) {
      place(near);
      fill(readout, `${said(near.value)}, ${ago(new Date(near.at))}`);
    }
  });
  plot.addEventListener('pointerleave', () => {
    place(points.at(-1));
    fill(readout);
  });
  const node = el('figure', { class: 'trace' }, el('figcaption', {}, el('span', { class: 'name' }, title), now), plot);
  return { node, update };
}

function position(point) {
  return `${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
}

function cut(points) {
  const runs = [];
  points.forEach((point, index) => {
    if (index === 0 || point.at - points[index - 1].at > GAP) {
      runs.push([]);
    }
    runs.at(-1).push(point);
  });
  return runs;
}

/** The next 1, 2 or 5 times a power of ten. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(step => step * power).find(step => step >= value);
}
