// One run of each policy: prices and capacity, instances and preemptions on one axis of
// time, with zoom. All instances are a handful of paths whatever their number, so that zooming
// stays fast.

const timeline = data.timeline;
const view = {run: 0, from: 0, to: 1, cursor: null};
const wholeTime = () => Math.max(...timeline.runs.map(r => r.end_h), 1e-3);

function timelineFigure() {
  view.to = wholeTime();
  const which = make('select', {id: 'run'});
  timeline.runs.forEach((r, i) => which.append(make('option', {value: i}, r.policy + (r.clairvoyant ? ' (clairvoyant)' : ''))));
  const readout = make('p', {class: 'readout', id: 'readout'});
  const zoom = [['Zoom in', () => zoomBy(0.5)], ['Zoom out', () => zoomBy(2)], ['Earlier', () => moveBy(-0.5)], ['Later', () => moveBy(0.5)], ['All', () => show(0, wholeTime())]];
  let fig;
  const redraw = () => { fig.render(); readout.textContent = reading(); };
  which.onchange = () => { view.run = Number(which.value); redraw(); };
  const buttons = zoom.map(([text, act]) => { const b = make('button', {type: 'button'}, text); b.onclick = () => { act(); redraw(); }; return b; });
  fig = figure('timeline', {
    title: 'Timeline',
    help: `One run of each policy: seed ${timeline.seed}${timeline.point === 'all' ? '' : ', ' + timeline.point}, made again for this page and equal to the stored one. Drag across the chart or use the buttons to zoom; with the chart in focus + and \u2212 zoom, the arrows move, 0 shows all.` +
      (timeline.omitted ? ` ${timeline.omitted} more policies are not shown.` : ''),
    before: [make('div', {class: 'actions'}, make('label', {}, 'Policy ', which), ...buttons)],
    after: [readout],
    draw: drawTimeline, say: sayTimeline, rows: timelineRows, table: false,
  });
  fig.plot.id = 'window';
  fig.plot.tabIndex = 0;
  fig.plot.setAttribute('role', 'group');
  fig.plot.setAttribute('aria-label', 'Timeline; plus and minus zoom, arrows move, 0 shows all');
  handle(fig.plot, redraw, readout);
  return {render: redraw};
}

function show(from, to) {
  const all = wholeTime(), span = Math.min(all, Math.max(all / 5000, to - from));
  view.from = Math.min(Math.max(0, from), all - span);
  view.to = view.from + span;
}
function zoomBy(factor) {
  const middle = (view.from + view.to) / 2, half = (view.to - view.from) * factor / 2;
  show(middle - half, middle + half);
}
function moveBy(share) {
  const by = (view.to - view.from) * share;
  show(view.from + by, view.to + by);
}

// handle zooms by keyboard, wheel and dragging, and reads under the pointer.
function handle(plot, redraw, readout) {
  const keys = {'+': () => zoomBy(0.5), '=': () => zoomBy(0.5), '-': () => zoomBy(2), '0': () => show(0, wholeTime()), ArrowLeft: () => moveBy(-0.25), ArrowRight: () => moveBy(0.25)};
  plot.onkeydown = e => {
    if (!keys[e.key] || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    keys[e.key]();
    redraw();
  };
  const hourAt = e => {
    const box = plot.querySelector('svg').getBoundingClientRect();
    return view.from + (view.to - view.from) * Math.min(1, Math.max(0, (e.clientX - box.left - frame.left) / (box.width - frame.left - frame.right)));
  };
  let begun = null;
  plot.onpointerdown = e => { if (e.button === 0) begun = {hour: hourAt(e), x: e.clientX}; };
  plot.onpointermove = e => {
    view.cursor = hourAt(e);
    readout.textContent = reading();
    markWindow(plot, begun && e.buttons ? begun.hour : null);
  };
  plot.onpointerup = e => {
    if (begun && Math.abs(e.clientX - begun.x) > 5) show(Math.min(begun.hour, hourAt(e)), Math.max(begun.hour, hourAt(e)));
    else markWindow(plot, null);
    if (begun && Math.abs(e.clientX - begun.x) > 5) redraw();
    begun = null;
  };
  plot.onpointerleave = () => { view.cursor = begun = null; readout.textContent = reading(); markWindow(plot, null); };
  plot.addEventListener('wheel', e => {
    if (!e.ctrlKey) return; // the wheel by itself scrolls the page
    e.preventDefault();
    const at = hourAt(e), factor = e.deltaY > 0 ? 1.25 : 0.8;
    show(at - (at - view.from) * factor, at + (view.to - at) * factor);
    redraw();
  }, {passive: false});
}

const frame = {left: 44, right: 8};

// markWindow draws the cursor, and what is being dragged over.
function markWindow(plot, from) {
  const svg = plot.querySelector('svg'), width = svg.viewBox.baseVal.width, height = svg.viewBox.baseVal.height;
  svg.querySelectorAll('[data-transient]').forEach(e => e.remove());
  if (view.cursor === null) return;
  const x = scale([view.from, view.to], frame.left, width - frame.right);
  let out = `<path data-transient="" class="cursor" d="M${x(view.cursor)} 0V${height - 30}"/>`;
  if (from !== null) out += `<rect data-transient="" class="brush" x="${Math.min(x(from), x(view.cursor))}" y="0" width="${Math.abs(x(view.cursor) - x(from))}" height="${height - 30}"/>`;
  svg.insertAdjacentHTML('beforeend', out);
}

// valueAt returns what a quantity was at an hour.
function valueAt(steps, hour) {
  if (!steps) return null;
  const [hours, values] = steps;
  let low = 0, high = hours.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hours[middle] <= hour) low = middle + 1; else high = middle;
  }
  return low ? values[low - 1] : 0;
}

// reading describes the instant under the pointer, or the range in view.
function reading() {
  const run = timeline.runs[view.run];
  const inView = run.preemptions ? run.preemptions.filter(h => h >= view.from && h <= view.to).length : null;
  if (view.cursor === null) return `Hours ${view.from.toFixed(2)} to ${view.to.toFixed(2)}` + (inView === null ? '' : `: ${inView} preemptions`);
  const at = view.cursor;
  const spot = timeline.pools.map(p => ({p, price: valueAt(p.price, at)})).sort((a, b) => a.price - b.price)[0];
  return `${at.toFixed(2)} h: spot $${shown(spot.price)}/h in ${spot.p.name}` + (timeline.pools.length > 1 ? ' (the cheapest)' : '') +
    `; ${valueAt(run.spot, at) || 0} spot and ${valueAt(run.on_demand, at) || 0} on-demand instances run, ${valueAt(run.waiting, at) || 0} tasks wait`;
}

function sayTimeline() {
  const run = timeline.runs[view.run];
  const prices = timeline.pools.map(p => `${p.name} $${shown(Math.min(...p.price[1]))} to $${shown(Math.max(...p.price[1]))} an hour`).slice(0, 8);
  return `Timeline of ${run.policy}, ${run.end_h.toFixed(1)} hours: spot prices ${prices.join(', ')}; ${run.launched} instances launched, ${run.preempted} preempted; at most ${peak(run.spot)} spot and ${peak(run.on_demand)} on-demand instances at a time.`;
}
const peak = steps => steps ? steps[1].reduce((a, b) => Math.max(a, b), 0) : 0;

function drawTimeline(width) {
  const run = timeline.runs[view.run];
  const x = scale([view.from, view.to], frame.left, width - frame.right);
  const panels = [pricePanel, capacityPanel, runningPanel, waitingPanel, instancePanel];
  let y = 0, out = '';
  const axis = ticks(view.from, view.to, width / 80);
  for (const panel of panels) {
    const drawn = panel(run, x, y, width);
    if (!drawn) continue;
    const bottom = y + drawn.height;
    let grid = '';
    for (const t of axis) grid += `<path class="grid" d="M${x(t.at).toFixed(1)} ${y + 22}V${bottom}"/>`;
    out += grid + `<text x="0" y="${y + 14}">${esc(clipped(drawn.title, width))}</text>` + drawn.body + `<path class="axis" d="M${frame.left} ${bottom}H${width - frame.right}"/>`;
    y = bottom + 10;
  }
  for (const t of axis) {
    const half = textWidth(t.text) / 2;
    out += `<text class="muted" x="${Math.min(Math.max(x(t.at), half), width - half).toFixed(1)}" y="${y + 6}" text-anchor="middle">${t.text}</text>`;
  }
  out += `<text x="${width / 2}" y="${y + 24}" text-anchor="middle">Hours since the run began</text>`;
  return {width, height: y + 30, body: out, legend: timelineLegend()};
}

function timelineLegend() {
  const legend = [
    {mark: '<rect class="life spot" y="2" width="22" height="8"/>', text: 'spot'},
    {mark: '<rect class="life demand" y="2" width="22" height="8"/>', text: 'on-demand'},
    {mark: '<rect class="starting" y="2" width="22" height="8"/>', text: 'being provisioned'},
    {mark: '<rect class="taken" x="10" y="1" width="2.5" height="10"/>', text: 'preempted'},
    {mark: '<path class="list-price" d="M0 6H22"/>', text: 'on-demand price'},
  ];
  if (timeline.pools.length > 1 && timeline.pools.length <= 6) timeline.pools.forEach((p, i) => legend.push({mark: `<path class="line pool${i}" d="M0 6H22"/>`, text: 'spot price in ' + p.name}));
  return legend;
}

const poolClass = i => timeline.pools.length === 1 ? 'spot' : timeline.pools.length <= 6 ? `pool${i}` : 'many';

// stepPath draws the part in view of a step function.
function stepPath(steps, x, y, end) {
  const [hours, values] = steps;
  const last = Math.min(view.to, end);
  if (last < view.from) return '';
  let path = `M${x(view.from).toFixed(1)} ${y(valueAt(steps, view.from)).toFixed(1)}`;
  for (let i = 0; i < hours.length && hours[i] <= last; i++) {
    if (hours[i] > view.from) path += `H${x(hours[i]).toFixed(1)}V${y(values[i]).toFixed(1)}`;
  }
  return path + `H${x(last).toFixed(1)}`;
}

// linePanel draws quantities with a scale of their own.
function linePanel(title, lines, x, top, width, height, low = 0) {
  const high = Math.max(...lines.map(l => l.level !== undefined ? l.level : peak(l.steps)), 1e-9) * 1.06;
  const bottom = top + height, y = scale([low, high], bottom, top + 26);
  let body = '';
  for (const t of ticks(low, high, 3)) {
        body += `<path class="grid" d="M${frame.left} ${y(t.at).toFixed(1)}H${width - frame.right}"/><text class="muted" x="${frame.left - 6}" y="${(y(t.at) + 4).toFixed(1)}" text-anchor="end">${t.text}</text>`;
  }
  for (const l of lines) body += l.level !== undefined ? `<path class="${l.class}" d="M${frame.left} ${y(l.level).toFixed(1)}H${width - frame.right}"/>` : `<path class="line ${l.class}" d="${stepPath(l.steps, x, y, l.end)}"/>`;
  return {title, height, body};
}

function pricePanel(run, x, top, width) {
  const lines = timeline.pools.map((p, i) => ({steps: p.price, class: poolClass(i), end: wholeTime()}));
  for (const level of new Set(timeline.pools.map(p => p.on_demand))) lines.push({level, class: 'list-price'});
  return linePanel('Spot price ($/h)' + (timeline.pools.length > 6 ? `, a line for each of ${timeline.pools.length} pools` : ''), lines, x, top, width, 130);
}

function capacityPanel(run, x, top, width) {
  const lines = timeline.pools.map((p, i) => ({steps: p.capacity, class: poolClass(i), end: wholeTime()})).filter(l => l.steps);
  const some = lines.length < timeline.pools.length ? `, without a bound in ${timeline.pools.length - lines.length} of ${timeline.pools.length} pools` : '';
  return lines.length ? linePanel('Spot capacity (instances)' + some, lines, x, top, width, 100) : null;
}

function runningPanel(run, x, top, width) {
  const lines = [['spot', run.spot], ['demand', run.on_demand]].filter(l => l[1]).map(([kind, steps]) => ({steps, class: kind, end: run.end_h}));
  const drawn = linePanel('Running instances, and preemptions', lines, x, top, width, 120);
  if (run.preemptions) {
    let marks = '';
    for (const h of run.preemptions) if (h >= view.from && h <= view.to) marks += `M${x(h).toFixed(1)} ${top + drawn.height - 8}v8`;
    drawn.body += `<path class="taken-line" d="${marks}"/>`;
  }
  return drawn;
}

const waitingPanel = (run, x, top, width) => run.waiting ? linePanel('Waiting tasks', [{steps: run.waiting, class: 'waiting', end: run.end_h}], x, top, width, 80) : null;

// lanesOf puts each instance into the lowest lane that is free; spot lanes lie below those
// of on-demand.
function lanesOf(run) {
  if (run.lanes) return run.lanes;
  const ends = [[], []];
  const place = run.instances.map(([, bits, launch, , end]) => {
    const free = ends[bits & 1];
    let lane = free.findIndex(e => e <= launch);
    if (lane < 0) lane = free.length;
    free[lane] = end;
    return lane;
  });
  run.lanes = {place, demand: ends[0].length, count: ends[0].length + ends[1].length};
  return run.lanes;
}

function instancePanel(run, x, top, width) {
  if (!run.instances) return {title: `Instances: ${run.launched} are too many to draw each`, height: 24, body: ''};
  const lanes = lanesOf(run);
  if (!lanes.count) return {title: 'Instances: none', height: 24, body: ''};
  const pitch = Math.min(9, 260 / lanes.count), thick = Math.max(pitch * 0.8, 0.4);
  const paths = {starting: '', spot: '', demand: '', taken: ''};
  run.instances.forEach(([, bits, launch, ready, end], i) => {
    if (end < view.from || launch > view.to) return;
    const kind = bits & 1 ? 'spot' : 'demand';
    const y = (top + 24 + pitch * (lanes.place[i] + (bits & 1 ? lanes.demand : 0))).toFixed(1);
    const bar = (a, b) => {
      const left = x(Math.max(a, view.from)), right = x(Math.min(b, view.to));
      return right > left ? `M${left.toFixed(1)} ${y}h${Math.max(right - left, 0.3).toFixed(1)}v${thick.toFixed(1)}H${left.toFixed(1)}z` : '';
    };
    paths.starting += bar(launch, ready < 0 ? end : ready);
    if (ready >= 0) paths[kind] += bar(ready, end);
    if (bits & 2 && end <= view.to) paths.taken += `M${(x(end) - 1).toFixed(1)} ${y}h2v${Math.max(thick, 2).toFixed(1)}h-2z`;
  });
  return {
    title: `${run.launched} instances, ${run.preempted} preempted; ${lanes.count} at a time at most`, height: 26 + pitch * lanes.count,
    body: `<path class="starting" d="${paths.starting}"/><path class="life spot" d="${paths.spot}"/><path class="life demand" d="${paths.demand}"/><path class="taken" d="${paths.taken}"/>`,
  };
}

// timelineRows returns the data of the chart of the chosen run.
function timelineRows() {
  const run = timeline.runs[view.run];
  const rows = [['record', 'pool', 'purchase', 'time_h', 'value', 'ready_h', 'end_h', 'preempted']];
  const add = (record, pool, purchase, steps) => { if (steps) steps[0].forEach((h, i) => rows.push([record, pool, purchase, h, steps[1][i]])); };
  for (const p of timeline.pools) {
    add('spot_price_usd_per_h', p.name, '', p.price);
    add('spot_capacity', p.name, '', p.capacity);
  }
  add('running', '', 'spot', run.spot);
  add('running', '', 'on-demand', run.on_demand);
  add('waiting_tasks', '', '', run.waiting);
  for (const [pool, bits, launch, ready, end] of run.instances || []) rows.push(['instance', timeline.pools[pool].name, bits & 1 ? 'spot' : 'on-demand', launch, '', ready < 0 ? '' : ready, end, (bits & 2) > 0]);
  return rows;
}
