'use strict';
// What the page is made of, and how its numbers read.

const data = JSON.parse(document.getElementById('data').textContent);
const summary = data.summary;
const chosen = {point: 0, metric: 0};

const titleOf = m => (data.titles[m.metric] || m.metric) + (m.unit ? ` (${m.unit})` : '');
const metricAt = name => summary.metrics.findIndex(m => m.metric === name);
const pointName = p => p.axes.map(a => `${a.key}=${a.value}`).join(', ') || 'all runs';

// policies returns the policies at the chosen point, with what tables and charts show.
function policies() {
  return summary.points[chosen.point].policies.map((p, at) => ({
    name: p.policy, clairvoyant: p.clairvoyant, baseline: p.policy === summary.baseline, at,
    label: p.policy + (p.clairvoyant ? ' (clairvoyant)' : ''),
    runs: p.runs, failed: p.failed, metrics: p.metrics, of: p.metrics[chosen.metric],
    sample: data.samples[chosen.point][at][chosen.metric],
  }));
}

const known = x => x !== null && x !== undefined;
const minus = text => text.replace('-', '\u2212');

// shown formats a number.
function shown(x) {
  if (!known(x)) return '\u2013';
  const size = Math.abs(x);
  if (size !== 0 && size < 0.1) return minus(x.toPrecision(2).replace(/e-(\d+)$/, 'e-$1'));
  return minus(x.toFixed(size >= 10000 ? 0 : 2));
}
const signed = x => (known(x) && x > 0 ? '+' : '') + shown(x);
const between = d => known(d.ci95_low) && known(d.ci95_high) ? `[${shown(d.ci95_low)}, ${shown(d.ci95_high)}]` : '\u2013';
const percent = (x, digits, sign) => known(x) ? (sign && x > 0 ? '+' : '') + minus((100 * x).toFixed(digits)) + ' %' : '\u2013';
const chance = p => !known(p) ? '\u2013' : p < 0.001 ? '<0.001' : p.toFixed(3);

const escapes = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};
const esc = text => String(text).replace(/[&<>"]/g, c => escapes[c]);

// make returns a new element.
function make(name, attributes = {}, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== false) e.setAttribute(key, value);
  e.append(...children);
  return e;
}
