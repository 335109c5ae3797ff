// Cost against completion time, or for a service against the share of time it was unavailable,
// with the Pareto front.

// against is the other metric; less is better.
const against = metricAt('availability') < 0
  ? {
    of: p => p.metrics[metricAt('completion')] || {}, column: 'completion_mean_h', stem: 'completion', word: 'completion', title: 'Cost and time', axis: 'Mean completion (h)', unit: ' h',
    help: 'mean completion time of the completed tasks', note: ' A policy that leaves tasks unfinished looks cheaper and faster than it is: see the table.',
  }
  : {
    of: p => unavailable(p.metrics[metricAt('availability')]), column: 'unavailable_percent', stem: 'unavailable', word: 'not available', title: 'Cost and availability', axis: 'Not available (% of the time)', unit: ' %',
    help: 'the share of time with fewer replicas ready than wanted', note: '',
  };

// unavailable turns a distribution of availability into one of the rest, in percent.
function unavailable(d) {
  const rest = x => known(x) ? 100 * (1 - x) : x;
  return {mean: rest(d.mean), ci95_low: rest(d.ci95_high), ci95_high: rest(d.ci95_low)};
}

// tradeoffs returns the policies with both numbers, and whether each is on the front.
function tradeoffs() {
  const cost = metricAt('cost');
  const list = policies().map(p => ({...p, y: p.metrics[cost], x: against.of(p)})).filter(p => known(p.x.mean) && known(p.y.mean));
  const beats = (a, b) => a.x.mean <= b.x.mean && a.y.mean <= b.y.mean && (a.x.mean < b.x.mean || a.y.mean < b.y.mean);
  for (const p of list) p.front = !p.clairvoyant && !list.some(q => !q.clairvoyant && beats(q, p));
  return list;
}

function tradeoffFigure() {
  return figure('tradeoff', {
    title: against.title,
    help: `Mean cost against ${against.help}, each with its 95 % interval. Down and to the left is better. Filled: on the Pareto front, that is, no other policy is better in one and not worse in the other. Policies that know the future are not counted for it.${against.note}`,
    draw: drawTradeoff,
    say: () => {
      const list = tradeoffs();
      const front = list.filter(p => p.front).map(p => `${p.label} at $${shown(p.y.mean)} and ${shown(p.x.mean)}${against.unit}`);
      return `Cost against ${against.help} of ${list.length} policies. On the Pareto front: ${front.join('; ') || 'none'}.`;
    },
    rows: () => [['policy', 'clairvoyant', 'pareto_front', against.column, against.stem + '_ci95_low', against.stem + '_ci95_high', 'cost_usd', 'cost_ci95_low', 'cost_ci95_high']].concat(
      tradeoffs().map(p => [p.name, p.clairvoyant, p.front, p.x.mean, p.x.ci95_low, p.x.ci95_high, p.y.mean, p.y.ci95_low, p.y.ci95_high])),
  });
}

function drawTradeoff(width) {
  const list = tradeoffs();
  const height = Math.round(Math.min(460, Math.max(300, width * 0.55)));
  if (!list.length) return {width, height: 30, body: '<text x="0" y="20">No policy has both numbers.</text>'};
  const ends = key => list.flatMap(p => [p[key].mean, p[key].ci95_low, p[key].ci95_high]);
  const domainX = extent(ends('x')), domainY = extent(ends('y'));
  const rising = ticks(...domainY, 6);
  const left = 30 + Math.max(...rising.map(t => textWidth(t.text))), right = width - 14, top = 10, bottom = height - 44;
  const x = scale(domainX, left, right), y = scale(domainY, bottom, top);
  let out = '';
  for (const t of rising) out += `<path class="grid" d="M${left} ${y(t.at).toFixed(1)}H${right}"/><text class="muted" x="${left - 6}" y="${(y(t.at) + 4).toFixed(1)}" text-anchor="end">${t.text}</text>`;
  for (const t of ticks(...domainX, (right - left) / 80)) out += `<path class="grid" d="M${x(t.at).toFixed(1)} ${top}V${bottom}"/><text class="muted" x="${x(t.at).toFixed(1)}" y="${bottom + 16}" text-anchor="middle">${t.text}</text>`;
  out += `<path class="axis" d="M${left} ${top}V${bottom}H${right}"/>`;
  out += `<text x="${(left + right) / 2}" y="${height - 6}" text-anchor="middle">${against.axis}</text>`;
  out += `<text transform="translate(12 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">Cost ($)</text>`;
  out += frontLine(list, x, y, top, right) + list.map(p => tradeoffPoint(p, x, y)).join('');
  out += labelsOf(list, x, y, {left, right, top, bottom});
  const legend = [
    {mark: '<g class="front"><circle class="point" cx="11" cy="6" r="4.5"/></g>', text: 'on the Pareto front'},
    {mark: '<circle class="point" cx="11" cy="6" r="4.5"/>', text: 'beaten by another'},
  ];
  if (list.some(p => p.clairvoyant)) legend.push({mark: '<g class="clairvoyant"><path class="point" d="M11 1l5 5l-5 5l-5 -5z"/></g>', text: 'clairvoyant: knows the future'});
  return {width, height, body: out, legend};
}

// frontLine is the boundary of the dominated region.
function frontLine(list, x, y, top, right) {
  const front = list.filter(p => p.front).sort((a, b) => a.x.mean - b.x.mean);
  if (front.length < 2) return '';
  let path = '';
  front.forEach((p, i) => { path += i ? `H${x(p.x.mean).toFixed(1)}V${y(p.y.mean).toFixed(1)}` : `M${x(p.x.mean).toFixed(1)} ${y(p.y.mean).toFixed(1)}`; });
  return `<path class="front-line" d="${path}"/>`;
}

function tradeoffPoint(p, x, y) {
  const cx = x(p.x.mean).toFixed(1), cy = y(p.y.mean).toFixed(1);
  let out = '';
  if (known(p.x.ci95_low) && known(p.x.ci95_high)) out += `<path class="whisker" d="M${x(p.x.ci95_low).toFixed(1)} ${cy}H${x(p.x.ci95_high).toFixed(1)}m0 -3v6M${x(p.x.ci95_low).toFixed(1)} ${cy}m0 -3v6"/>`;
  if (known(p.y.ci95_low) && known(p.y.ci95_high)) out += `<path class="whisker" d="M${cx} ${y(p.y.ci95_low).toFixed(1)}V${y(p.y.ci95_high).toFixed(1)}m-3 0h6M${cx} ${y(p.y.ci95_low).toFixed(1)}m-3 0h6"/>`;
  out += p.clairvoyant ? `<path class="point" d="M${cx} ${cy}m0 -6l6 6l-6 6l-6 -6z"/>` : `<circle class="point" cx="${cx}" cy="${cy}" r="5"/>`;
  const title = `${p.label}: cost $${shown(p.y.mean)} ${between(p.y)}, ${against.word} ${shown(p.x.mean)}${against.unit} ${between(p.x)}`;
  return `<g class="${p.front ? 'front' : p.clairvoyant ? 'clairvoyant' : ''}"><title>${esc(title)}</title>${out}</g>`;
}

// labelsOf places names beside the points where there is room: baseline and clairvoyant first,
// then the front, clear of the intervals if possible. A point without a label has a tooltip.
function labelsOf(list, x, y, box) {
  const around = (left, right, top, bottom, room) => ({left: left - room, right: right + room, top: top - room, bottom: bottom + room});
  const taken = list.map(p => around(x(p.x.mean), x(p.x.mean), y(p.y.mean), y(p.y.mean), 7));
  const whiskers = list.flatMap(p => [
    around(x(p.x.ci95_low ?? p.x.mean), x(p.x.ci95_high ?? p.x.mean), y(p.y.mean), y(p.y.mean), 1),
    around(x(p.x.mean), x(p.x.mean), y(p.y.ci95_high ?? p.y.mean), y(p.y.ci95_low ?? p.y.mean), 1),
  ]);
  const free = (at, others) => at.left > box.left + 2 && at.right < box.right && at.top > box.top && at.bottom < box.bottom &&
    !others.some(t => t.left < at.right && t.right > at.left && t.top < at.bottom && t.bottom > at.top);
  const rank = p => p.baseline || p.clairvoyant ? 0 : p.front ? 1 : 2;
  let out = '';
  for (const p of [...list].sort((a, b) => rank(a) - rank(b))) {
    const text = clipped(p.label, 200) + (p.baseline ? ' (baseline)' : ''), w = textWidth(text), cx = x(p.x.mean), cy = y(p.y.mean);
    const shifts = [[9, -8], [-9 - w, -8], [9, 17], [-9 - w, 17], [-w / 2, -14], [-w / 2, 24], [14, -24], [-14 - w, -24], [14, 33], [-14 - w, 33]].slice(0, list.length > 12 ? 4 : 10); // far away only where it is clear whose name it is
    const places = shifts.map(([dx, dy]) => ({left: cx + dx, right: cx + dx + w, top: cy + dy - 11, bottom: cy + dy + 3, base: cy + dy}));
    const at = places.find(place => free(place, [...taken, ...whiskers])) || places.find(place => free(place, taken));
    if (!at) continue;
    taken.push(at);
    out += `<text class="label" x="${at.left.toFixed(1)}" y="${at.base.toFixed(1)}">${esc(text)}</text>`;
  }
  return out;
}
