// Differences of a policy from the baseline, paired by seed.

const byDifference = () => policies().filter(p => p.of.difference && known(p.of.difference.mean)).sort((a, b) => a.of.difference.mean - b.of.difference.mean);

function differenceFigure() {
  return figure('difference', {
    title: `Differences from ${summary.baseline}`,
    help: `The mean over the seeds of a policy less ${summary.baseline}, with its 95 % interval. Left of zero is less; an interval that holds zero may be no difference at all.`,
    draw(width) {
      const rows = byDifference(), metric = summary.metrics[chosen.metric];
      if (!rows.length) return {width, height: 30, body: '<text x="0" y="20">There is nothing to compare.</text>'};
      const domain = extent([0, ...rows.flatMap(p => [p.of.difference.mean, p.of.difference.ci95_low, p.of.difference.ci95_high])], false);
      const [low, high] = domain, room = 0.04 * (high - low);
      return rowChart(width, rows, [low < 0 ? low : -room, high], `${titleOf(metric)}, less ${summary.baseline}`, drawDifference, differenceNote);
    },
    say: () => `Differences of ${titleOf(summary.metrics[chosen.metric])} from ${summary.baseline}. ` + byDifference().map(p => `${p.label}: ${differenceNote(p)}, 95 % interval ${between(p.of.difference)}`).join('; '),
    rows: () => tableRows(byDifference()),
  });
}

const differenceNote = p => {
  const d = p.of.difference;
  return signed(d.mean) + (known(d.relative) ? ` (${percent(d.relative, 1, true)})` : '') + (known(d.p_holm) ? `, p ${d.p_holm < 0.001 ? '' : '= '}${chance(d.p_holm).replace('<', '< ')}` : '');
};

function drawDifference(p, x, y, half) {
  const title = `${p.label}: ${differenceNote(p)}, 95 % interval ${between(p.of.difference)}, n ${p.of.difference.n}`;
  return `<path class="zero" d="M${x(0).toFixed(1)} ${y - half - 4}v${2 * half + 8}"/><g class="${verdict(p)}">${meanMark(p.of.difference, x, y, title)}</g>`;
}
