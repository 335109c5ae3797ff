// The values of each policy, with their mean and its interval.

const byMean = () => policies().filter(p => known(p.of.mean)).sort((a, b) => a.of.mean - b.of.mean);

function distributionFigure() {
  return figure('distribution', {
    title: 'Distributions',
    help: 'A dot a run (evenly spread quantiles where the runs are many); the bar is the 95 % interval of the mean, the diamond the mean, the tick the median.',
    draw(width) {
      const rows = byMean(), metric = summary.metrics[chosen.metric];
      if (!rows.length) return {width, height: 30, body: '<text x="0" y="20">No run has this number.</text>'};
      const domain = extent(rows.flatMap(p => [...p.sample, p.of.min, p.of.max, p.of.ci95_low, p.of.ci95_high]));
      return rowChart(width, rows, domain, titleOf(metric), drawDistribution);
    },
    say: () => `${titleOf(summary.metrics[chosen.metric])} of each policy. ` + byMean().map(p => `${p.label}: mean ${shown(p.of.mean)}, 95 % interval ${between(p.of)}, median ${shown(p.of.median)}, 90th percentile ${shown(p.of.p90)}`).join('; '),
    rows: () => tableRows(byMean()),
  });
}

function drawDistribution(p, x, y, half) {
  const spread = 0.6180339887; // of the golden ratio: neighbours are far apart
  let out = '<g class="dots">';
  p.sample.forEach((value, i) => {
    out += `<circle cx="${x(value).toFixed(1)}" cy="${(y + half * (2 * ((i * spread) % 1) - 1)).toFixed(1)}" r="2.2"/>`;
  });
  out += '</g>';
  out += `<path class="median" d="M${x(p.of.median).toFixed(1)} ${y - half - 1}v${2 * half + 2}"/>`;
  return out + meanMark(p.of, x, y, `${p.label}: mean ${shown(p.of.mean)} ${between(p.of)}, median ${shown(p.of.median)}, p90 ${shown(p.of.p90)}, n ${p.of.n}`);
}

// meanMark draws a mean with its interval.
function meanMark(d, x, y, title) {
  let out = `<g><title>${esc(title)}</title>`;
  if (known(d.ci95_low) && known(d.ci95_high)) out += `<path class="interval" d="M${x(d.ci95_low).toFixed(1)} ${y}H${x(d.ci95_high).toFixed(1)}m0 -5v10M${x(d.ci95_low).toFixed(1)} ${y - 5}v10"/>`;
  return out + `<path class="mean" d="M${x(d.mean).toFixed(1)} ${y}m0 -5l5 5l-5 5l-5 -5z"/></g>`;
}
