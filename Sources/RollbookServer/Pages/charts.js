// Draws the charts of a page with Chart.js, from the data that the page carries. Nothing is fetched, and the tables
// beside the charts hold the same numbers.

const dark = matchMedia("(prefers-color-scheme: dark)");
const narrow = matchMedia("(max-width: 40rem)");
const forcedColours = matchMedia("(forced-colors: active)");

/** A colour of the page's style, such as `--series-1`. */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Lines differ in dashes and points too, for those who cannot tell the colours apart. */
const strokes = [[], [6, 3], [2, 3]];
const points = ["circle", "rectRot", "triangle"];

/** One series as Chart.js takes it. */
function dataset(series, index, spec) {
  const ink = colour(`--series-${series.colour}`);
  const common = { label: series.label, data: series.values, borderColor: ink, order: index };
  const bound = {
    type: "line", borderWidth: 1, borderDash: [4, 4], pointStyle: "line", pointRadius: (context) => (isAlone(context) ? 4 : 0),
  };
  switch (series.shape) {
    case "bars":
      return {
        ...common, type: "bar", order: 10 + index, backgroundColor: ink, borderWidth: 0, borderRadius: spec.isStacked ? 0 : 3,
        maxBarThickness: 72,
      };
    case "mark":
      return { ...common, ...bound, order: 20 + index };
    case "band":
      return {
        ...common, ...bound, order: 20 + index, fill: "-1", backgroundColor: colour(`--series-${series.colour}-band`),
      };
    default:
      return {
        ...common, type: "line", backgroundColor: ink, borderWidth: 2.25, clip: 8,
        borderDash: strokes[(series.colour - 1) % strokes.length], pointStyle: points[(series.colour - 1) % points.length],
        pointRadius: (context) => pointRadius(context), pointHoverRadius: 5,
      };
  }
}

/** Points where there are few, or where a value stands alone and would not show as a line. */
function pointRadius(context) {
  return context.dataset.data.length <= 40 || isAlone(context) ? 3 : 0;
}

/** Whether a value has no neighbour to draw a line to. */
function isAlone({ dataset: { data }, dataIndex }) {
  return (data[dataIndex - 1] ?? null) === null && (data[dataIndex + 1] ?? null) === null;
}

/** An axis with its title; numbers begin at zero. */
function axis(title, isValue, spec) {
  return {
    stacked: spec.isStacked,
    beginAtZero: true,
    ...(isValue && spec.valueLimit !== null ? { max: spec.valueLimit } : {}),
    title: { display: true, text: title, color: colour("--quiet") },
    ticks: {
      color: colour("--quiet"), maxRotation: 45, autoSkipPadding: 12,
      ...(isValue ? { precision: 0 } : { autoSkip: !spec.isHorizontal }),
    },
    grid: { color: colour("--rule"), drawBorder: false, display: isValue },
  };
}

/** The whole configuration of a chart. */
function configuration(spec) {
  const value = axis(spec.valueTitle, true, spec);
  const category = axis(spec.categoryTitle, false, spec);
  return {
    data: { labels: spec.categories.map((name) => (name.includes("\n") ? name.split("\n") : name)), datasets: spec.series.map((series, index) => dataset(series, index, spec)) },
    options: {
      // Nothing moves: that is right for everybody, and for those who asked for reduced motion.
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: spec.isHorizontal ? "y" : "x",
      interaction: { mode: "index", intersect: false, axis: spec.isHorizontal ? "y" : "x" },
      scales: spec.isHorizontal ? { x: value, y: category } : { x: category, y: value },
      plugins: {
        legend: {
          display: spec.series.length > 1, position: narrow.matches ? "bottom" : "top", align: "start",
          labels: { color: colour("--ink"), usePointStyle: true, boxHeight: 7, padding: 14, sort: (a, b) => a.datasetIndex - b.datasetIndex },
        },
        tooltip: {
          backgroundColor: colour("--ink"), titleColor: colour("--paper"), bodyColor: colour("--paper"),
          usePointStyle: true, callbacks: { label: (item) => ` ${item.dataset.label}: ${item.raw ?? "–"}` },
        },
      },
    },
  };
}

let drawn = [];

/** Draws every chart of the page anew, in the colours that hold now. */
function drawAll() {
  for (const chart of drawn) chart.destroy();
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  drawn = [...document.querySelectorAll("[data-chart]")].map((place) => {
    const canvas = document.createElement("canvas");
    place.replaceChildren(canvas);
    const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    return new Chart(canvas, configuration(spec));
  });
}

if (globalThis.Chart) {
  drawAll();
  for (const query of [dark, narrow, forcedColours]) query.addEventListener("change", drawAll);
}
