// The table of policies, sortable by each column.

const order = {column: 'mean', down: false};

// tableColumns returns the columns: name, title, value for sorting and CSV, text for people.
function tableColumns() {
  const other = (name, title) => ({
    name, title, value: p => p.metrics[metricAt(name)].mean, text: p => shown(p.metrics[metricAt(name)].mean),
  });
  const less = p => p.of.difference || {};
  const columns = [
    {name: 'policy', title: 'Policy', value: p => p.name},
    {name: 'n', title: 'n', value: p => p.of.n, text: p => String(p.of.n)},
    {name: 'mean', title: titleOf(summary.metrics[chosen.metric]), value: p => p.of.mean, text: p => shown(p.of.mean), class: 'mean-cell'},
    {name: 'ci95', title: '95 % interval', value: p => p.of.ci95_low, text: p => between(p.of), class: 'interval-cell'},
    {name: 'difference', title: 'Difference', value: p => less(p).mean, text: p => signed(less(p).mean), class: verdict},
    {name: 'difference_ci95', title: '95 % interval', value: p => less(p).ci95_low, text: p => between(less(p)), class: 'interval-cell'},
    {name: 'relative', title: 'Relative', value: p => less(p).relative, text: p => percent(less(p).relative, 1, true)},
    {name: 'win_rate', title: 'Wins', value: p => less(p).win_rate, text: p => percent(less(p).win_rate, 0)},
    {name: 'p_holm', title: 'p', value: p => less(p).p_holm, text: p => chance(less(p).p_holm)},
    {name: 'median', title: 'Median', value: p => p.of.median, text: p => shown(p.of.median)},
    {name: 'p90', title: 'P90', value: p => p.of.p90, text: p => shown(p.of.p90)},
    ...[['availability', 'Availability'], ['failures', 'Failed requests'], ['missed', 'Missed deadlines'], ['unfinished', 'Unfinished'], ['preemptions', 'Preemptions']]
      .filter(([name]) => metricAt(name) >= 0).map(([name, title]) => other(name, title)),
  ];
  const metric = summary.metrics[chosen.metric].metric;
  return columns.filter(c => c.name !== metric);
}

// verdict says whether a policy is better or worse than the baseline beyond its interval.
function verdict(p) {
  const d = p.of.difference;
  if (!d || !known(d.ci95_low) || !known(d.ci95_high)) return '';
  const [below, above] = summary.metrics[chosen.metric].more_is_better ? ['worse', 'better'] : ['better', 'worse'];
  return d.ci95_high < 0 ? below : d.ci95_low > 0 ? above : '';
}

// sorted returns the policies in the chosen order; those without a value come last.
function sorted(columns) {
  const column = columns.find(c => c.name === order.column) || columns[0];
  const rows = policies().map(p => ({p, v: column.value(p)}));
  rows.sort((a, b) => {
    if (!known(a.v) || !known(b.v)) return known(b.v) - known(a.v) || a.p.at - b.p.at;
    const by = typeof a.v === 'string' ? a.v.localeCompare(b.v, 'en', {numeric: true}) : a.v - b.v;
    return (order.down ? -by : by) || a.p.at - b.p.at;
  });
  return rows.map(r => r.p);
}

function renderTable() {
  const section = document.getElementById('policies');
  const columns = tableColumns(), list = sorted(columns), notes = [];
  const head = make('tr', {}, ...columns.map(c => headCell(c)), make('th', {scope: 'col'}, 'Notes'));
  const best = Math.min(...list.filter(p => !p.clairvoyant && known(p.of.mean)).map(p => p.of.mean));
  const body = list.map(p => policyRow(p, columns, notes, best));
  const csv = make('button', {type: 'button', 'aria-label': 'Download the table as CSV'}, 'CSV');
  csv.onclick = () => download('policies.csv', 'text/csv', asCSV(tableRows(list)));
  const metric = summary.metrics[chosen.metric];
  const focused = document.activeElement && document.activeElement.dataset.sort;
  section.replaceChildren(
    make('h2', {}, 'Policies'),
    make('p', {}, `${titleOf(metric)}: ${metric.meaning}. ${metric.more_is_better ? 'More' : 'Less'} is better. Differences are from ${summary.baseline}, seed by seed.`),
    make('div', {class: 'scroll', role: 'region', tabindex: '0', 'aria-label': 'Table of policies'},
      make('table', {class: 'policy-table'}, make('thead', {}, head), make('tbody', {}, ...body))),
    make('ol', {class: 'notes'}, ...notes.map(n => make('li', {}, n))),
    make('div', {class: 'actions'}, csv));
  if (focused) section.querySelector(`[data-sort="${focused}"]`).focus();
}

function headCell(c) {
  const button = make('button', {type: 'button', 'data-sort': c.name}, c.title);
  const active = order.column === c.name;
  button.onclick = () => {
    order.down = active ? !order.down : false;
    order.column = c.name;
    renderTable();
  };
  return make('th', {scope: 'col', 'aria-sort': active ? (order.down ? 'descending' : 'ascending') : 'none'}, button);
}

function policyRow(p, columns, notes, best) {
  const name = make('th', {scope: 'row'}, p.name);
  if (p.clairvoyant) name.append(' ', make('span', {class: 'badge'}, 'clairvoyant'));
  if (p.baseline) name.append(' ', make('span', {class: 'badge'}, 'baseline'));
  const cells = columns.slice(1).map(c => {
    const kind = typeof c.class === 'function' ? c.class(p) : c.class;
    const value = c.value(p);
    return make('td', {class: kind || false, 'data-column': c.name, 'data-value': known(value) ? value : ''}, c.text(p));
  });
  const marks = warningsOf(p).map(text => {
    if (!notes.includes(text)) notes.push(text);
    return notes.indexOf(text) + 1;
  });
  return make('tr', {'data-policy': p.name, class: p.of.mean === best && !p.clairvoyant ? 'best' : false}, name, ...cells, make('td', {}, marks.join(', ')));
}

// warningsOf returns the warnings about the numbers in the table; that about p99 is not.
function warningsOf(p) {
  const own = p.of.warnings.filter(w => !w.startsWith('p99 '));
  const more = p.of.difference ? p.of.difference.warnings.filter(w => !own.includes(w)) : [];
  return [...own, ...more.map(w => 'difference: ' + w)];
}

// tableRows returns all that is known of the chosen metric, with all digits.
function tableRows(list) {
  const m = summary.metrics[chosen.metric];
  const one = ['n', 'mean', 'ci95_low', 'ci95_high', 'ci95_method', 'sd', 'min', 'median', 'p90', 'p99', 'max'];
  const two = ['n', 'mean', 'ci95_low', 'ci95_high', 'ci95_method', 'relative', 'win_rate', 'p', 'p_holm'];
  return [['point', 'policy', 'clairvoyant', 'metric', 'runs', 'failed', ...one, 'baseline', ...two.map(k => 'diff_' + k), 'warnings']].concat(list.map(p => [
    pointName(summary.points[chosen.point]), p.name, p.clairvoyant, m.column, p.runs, p.failed, ...one.map(k => p.of[k]),
    summary.baseline, ...two.map(k => p.of.difference ? p.of.difference[k] : null), warningsOf(p).join('; '),
  ]));
}
