// A figure: a chart with its text, and its downloads as CSV and SVG.

// figure fills a section. It has title, help, draw(width) giving the SVG, rows() giving the
// table behind it with a header, say() giving it in words, and legend.
function figure(id, f) {
  const section = document.getElementById(id);
  const plot = make('div', {class: 'plot'});
  const numbers = make('div', {class: 'scroll', role: 'region', tabindex: '0', 'aria-label': f.title + ', numbers'});
  const details = make('details', {}, make('summary', {}, 'Numbers'), numbers);
  const csv = make('button', {type: 'button', 'aria-label': `Download ${f.title} as CSV`}, 'CSV');
  const svg = make('button', {type: 'button', 'aria-label': `Download ${f.title} as SVG`}, 'SVG');
  csv.onclick = () => download(`${id}.csv`, 'text/csv', asCSV(f.rows()));
  svg.onclick = () => download(`${id}.svg`, 'image/svg+xml', standalone(plot.querySelector('svg')));
  const legend = make('ul', {class: 'legend'});
  section.replaceChildren(make('h2', {}, f.title), make('p', {}, f.help), ...(f.before || []), legend, plot, ...(f.after || []),
    make('div', {class: 'actions'}, csv, svg), ...(f.table === false ? [] : [details]));
  details.ontoggle = () => { if (details.open) numbers.replaceChildren(plainTable(f.rows())); };
  return {
    plot,
    render() {
      const width = Math.floor(section.getBoundingClientRect().width);
      const drawn = f.draw(Math.max(280, width));
      plot.innerHTML = `<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${esc(f.say())}" width="${drawn.width}" height="${drawn.height}" viewBox="0 0 ${drawn.width} ${drawn.height}">${drawn.body}</svg>`;
      legend.innerHTML = (drawn.legend || []).map(l => `<li><svg class="chart" width="22" height="12" aria-hidden="true">${l.mark}</svg>${esc(l.text)}</li>`).join('');
      if (details.open) numbers.replaceChildren(plainTable(f.rows()));
    },
  };
}

function plainTable(rows) {
  const table = make('table');
  const head = make('tr');
  for (const cell of rows[0]) head.append(make('th', {scope: 'col'}, cell));
  table.append(make('thead', {}, head), make('tbody', {}, ...rows.slice(1).map(row =>
    make('tr', {}, ...row.map((cell, i) => make(i ? 'td' : 'th', i ? {} : {scope: 'row'}, known(cell) ? String(cell) : ''))))));
  return table;
}

// asCSV quotes what must be quoted (RFC 4180).
function asCSV(rows) {
  const cell = x => !known(x) ? '' : /[",\n]/.test(String(x)) ? `"${String(x).replace(/"/g, '""')}"` : String(x);
  return rows.map(row => row.map(cell).join(',')).join('\n') + '\n';
}

// standalone returns a chart as an SVG file.
function standalone(svg) {
  const copy = svg.cloneNode(true);
  copy.querySelectorAll('[data-transient]').forEach(e => e.remove());
  const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  style.textContent = document.getElementById('chart-style').textContent;
  const paper = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [key, value] of [['class', 'paper'], ['width', '100%'], ['height', '100%']]) paper.setAttribute(key, value);
  copy.prepend(style, paper);
  return new XMLSerializer().serializeToString(copy);
}

function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], {type}));
  const link = make('a', {href: url, download: name});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// ticks returns about count round numbers in [low, high].
function ticks(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(x => x * power).find(x => x >= rough * 0.999) || 10 * power;
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (Math.abs(step / power - 2.5) < 1e-6 ? 1 : 0));
  return found.map(at => ({at, text: minus((Math.abs(at) < step * 1e-9 ? 0 : at).toFixed(digits))}));
}

// extent returns the range of numbers with a margin, from zero if that is near.
function extent(numbers, zero = true) {
  const all = numbers.filter(known);
  if (!all.length) return [0, 1];
  let low = Math.min(...all), high = Math.max(...all);
  const room = 0.06 * (high - low) || 0.1 * Math.abs(high) || 1;
  const positive = low >= 0;
  low = zero && positive && low < 0.4 * high ? 0 : positive ? Math.max(0, low - room) : low - room;
  return [low, high + room];
}

// scale maps [low, high] to [from, to].
const scale = ([low, high], from, to) => x => from + (to - from) * (x - low) / (high - low);

const pen = document.createElement('canvas').getContext('2d');
function textWidth(text) {
  pen.font = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif';
  return pen.measureText(text).width;
}

// clipped shortens a text to a width.
function clipped(text, width) {
  if (textWidth(text) <= width) return text;
  let end = text.length;
  while (end > 1 && textWidth(text.slice(0, end) + '\u2026') > width) end--;
  return text.slice(0, end) + '\u2026';
}

// rowChart draws a row for each of some policies along one axis. body(row, x, y) draws a
// row around its middle y; note(row) is a text at its end.
function rowChart(width, rows, domain, title, body, note) {
  const narrow = width < 640;
  const labels = Math.min(220, Math.max(...rows.map(r => textWidth(r.label)), 0) + 12);
  const notes = note ? Math.max(...rows.map(r => textWidth(note(r))), 0) + 12 : 8;
  const left = narrow ? 8 : labels, right = narrow ? 8 : Math.max(notes, 20);
  const step = narrow ? 48 : rows.length > 15 ? 28 : 38;
  const many = rows.length > 15, top = many ? 24 : 8, bottom = top + rows.length * step, height = bottom + 40;
  const x = scale(domain, left, width - right);
  let out = '';
  for (const t of ticks(domain[0], domain[1], (width - left - right) / 80)) {
    const at = x(t.at).toFixed(1), half = textWidth(t.text) / 2;
    const middle = Math.min(Math.max(x(t.at), half), width - half).toFixed(1);
    out += `<path class="grid" d="M${at} ${top}V${bottom}"/><text class="muted" x="${middle}" y="${bottom + 16}" text-anchor="middle">${t.text}</text>`;
    if (many) out += `<text class="muted" x="${middle}" y="${top - 8}" text-anchor="middle">${t.text}</text>`;
  }
  out += `<path class="axis" d="M${left} ${bottom}H${width - right}"/><text x="${(left + width - right) / 2}" y="${bottom + 34}" text-anchor="middle">${esc(title)}</text>`;
  rows.forEach((row, i) => {
    const y = top + (i + 0.5) * step;
    const text = note ? note(row) : '';
    if (narrow) {
      const room = width - 16 - (text ? textWidth(text) + 10 : 0);
      out += `<text x="${left}" y="${y - 10}">${esc(clipped(row.label, room))}</text>`;
      if (text) out += `<text class="muted" x="${width - 8}" y="${y - 10}" text-anchor="end">${esc(text)}</text>`;
    } else {
      out += `<text x="${left - 12}" y="${y + 4}" text-anchor="end">${esc(clipped(row.label, labels - 12))}</text>`;
      if (text) out += `<text class="muted" x="${width - right + 10}" y="${y + 4}">${esc(text)}</text>`;
    }
    out += body(row, x, narrow ? y + 8 : y, narrow ? 10 : step * 0.36);
  });
  return {width, height, body: out};
}
