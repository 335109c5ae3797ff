// The page: the form at the top, and what depends on it.

function options(id, texts, choose) {
  const select = document.getElementById(id);
  texts.forEach((text, i) => select.append(make('option', {value: i}, text)));
  select.onchange = () => choose(Number(select.value));
  if (texts.length < 2) select.parentElement.hidden = true;
}

const figures = [];

function renderAll() {
  renderTable();
  for (const f of figures) f.render();
}

if (summary.points.length) {
  const choose = key => i => { chosen[key] = i; renderAll(); };
  options('point', summary.points.map(pointName), choose('point'));
  options('metric', summary.metrics.map(titleOf), choose('metric'));
  document.getElementById('choose').hidden = false;
  figures.push(tradeoffFigure(), distributionFigure(), differenceFigure());
  if (timeline) figures.push(timelineFigure());
  renderAll();
  let width = document.body.clientWidth;
  addEventListener('resize', () => {
    if (document.body.clientWidth === width) return; // a phone's bars came or went
    width = document.body.clientWidth;
    renderAll();
  });
}
