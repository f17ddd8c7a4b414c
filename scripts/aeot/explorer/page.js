"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const narrow = () => window.innerWidth < 640;

// Tables: headings sort, choices filter, columns without a value are hidden.

function cellOrder(cell) {
  return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
}

function compareCells(one, other, down) {
  const [a, b] = [cellOrder(one), cellOrder(other)];
  if (a !== null && b !== null) return down ? b - a : a - b;
  if (a !== null || b !== null) return a === null ? 1 : -1; // cells without a number come last
  const order = one.textContent.localeCompare(other.textContent);
  return down ? -order : order;
}

function sortTable(table, column) {
  const heads = [...table.tHead.rows[0].cells];
  const down = heads[column].getAttribute("aria-sort") === "ascending";
  heads.forEach((head) => head.removeAttribute("aria-sort"));
  heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  rows.sort((a, b) => compareCells(a.cells[column], b.cells[column], down));
  body.append(...rows);
}

function filterTable(table, filters, count) {
  const rows = [...table.tBodies[0].rows];
  const wanted = [...filters.querySelectorAll("select")].filter((select) => select.value);
  for (const row of rows) {
    row.hidden = wanted.some((select) => row.cells[select.dataset.column].textContent !== select.value);
  }
  const shown = rows.filter((row) => !row.hidden);
  count.textContent = `${shown.length} of ${rows.length} rows`;
  [...table.tHead.rows[0].cells].forEach((head, place) => {
    const single = filters.querySelector(`[data-column="${place}"]`)?.options.length === 1;
    const empty = single || (shown.length > 0 && shown.every((row) => row.cells[place].className === "missing"));
    for (const row of [table.tHead.rows[0], ...rows]) row.cells[place].hidden = empty;
    const values = rows.map((row) => row.cells[place].dataset.value);
    head.classList.toggle("number", place > 0 && values.some((value) => value !== undefined));
  });
}

for (const filters of document.querySelectorAll("[data-filters]")) {
  const name = filters.dataset.filters;
  const table = document.getElementById(`${name}-table`);
  const update = () => filterTable(table, filters, document.getElementById(`${name}-count`));
  filters.addEventListener("change", update);
  [...table.tHead.rows[0].cells].forEach((head, place) =>
    head.querySelector("button").addEventListener("click", () => sortTable(table, place)),
  );
  update();
}

// Choices: of several plots or groups of pictures, one is shown.

const drawers = {};

function choose(select) {
  const place = Number(select.value);
  const section = select.closest("section");
  section.querySelectorAll(".choice").forEach((part, number) => (part.hidden = number !== place));
  if (drawers[select.dataset.chooses]) drawers[select.dataset.chooses](place);
}

// Plots.

const COARSE = window.matchMedia("(pointer: coarse)").matches;
const OPTIONS = {
  responsive: true,
  displaylogo: false,
  displayModeBar: COARSE ? false : "hover",
  // These only: Plotly's own choice has a button that sends the plot to a server.
  modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
  plotlyServerURL: "",
};
const FRAME = {
  font: { family: "inherit", size: 13, color: "#1d2329" },
  paper_bgcolor: "#fff",
  plot_bgcolor: "#fff",
  hovermode: "closest",
  hoverlabel: { align: "left" },
  // A finger that drags scrolls the page.
  dragmode: COARSE ? false : "zoom",
};
const AXIS = { gridcolor: "#e4e8eb", linecolor: "#8a949d", ticks: "outside", tickcolor: "#8a949d", zeroline: false, automargin: true };

function framed(plot) {
  const below = narrow();
  const legend = below
    ? { orientation: "h", x: 0, y: -0.22, yanchor: "top", font: { size: 12 } }
    : { x: 1.02, y: 1, font: { size: 12 } };
  return {
    ...FRAME,
    ...plot.layout,
    xaxis: { ...AXIS, ...plot.layout.xaxis },
    yaxis: { ...AXIS, ...plot.layout.yaxis },
    legend,
    margin: { l: 55, r: 15, t: below ? 15 : 35, b: 50 },
    height: below ? 380 + 22 * Math.ceil(plot.data.length / 2) : 480,
  };
}

for (const name of ["novelty", "progress"]) {
  const element = document.getElementById(`${name}-plot`);
  if (!element) continue;
  const plots = data[name];
  let current = 0;
  const draw = () => {
    element.style.height = "auto";
    Plotly.react(element, plots[current].data, framed(plots[current]), OPTIONS);
  };
  drawers[name] = (place) => {
    current = place;
    draw();
  };
  window.matchMedia("(max-width: 639px)").addEventListener("change", draw);
}

// Segments: a slider through the cells.

function crossings(segment) {
  const lines = { x: [], y: [], text: [] };
  segment.angles.forEach((angle, number) => {
    if (number === 0) return;
    const [from, to] = [segment.cells[number - 1], segment.cells[number]];
    lines.x.push(segment.entered[number] / (segment.steps - 1));
    lines.y.push(angle);
    lines.text.push(`cell ${from} → ${to}<br>${described(angle)}`);
  });
  return lines;
}

function described(angle) {
  return `${angle.toFixed(2)} rad (${((angle * 180) / Math.PI).toFixed(0)}°)`;
}

function show(id, picture, text) {
  const image = document.getElementById(id);
  if (picture) image.src = picture;
  else image.removeAttribute("src");
  image.alt = picture ? text : "";
  image.parentElement.style.visibility = picture ? "visible" : "hidden";
}

function startSegments(element) {
  const slider = document.getElementById("segment-slider");
  let segment = null;

  const cellAt = (step) => {
    let place = 0;
    while (place + 1 < segment.entered.length && segment.entered[place + 1] <= step) place += 1;
    return place;
  };

  const update = () => {
    const step = Number(slider.value);
    const [place, now] = [step / (segment.steps - 1), cellAt(step)];
    const cell = segment.cells[now];
    const picture = (number) => segment.pictures[segment.cells[number]];
    show("segment-before", picture(now - 1), `decoded code of cell ${segment.cells[now - 1]}`);
    show("segment-now", picture(now), `decoded code of cell ${cell}`);
    show("segment-after", picture(now + 1), `decoded code of cell ${segment.cells[now + 1]}`);
    document.getElementById("segment-cell").textContent = `cell ${cell}`;
    const way = now ? `entered across an angle of ${described(segment.angles[now])}` : "in which the segment starts";
    const text = `Place ${place.toFixed(3)}: cell ${cell}, ${way}; cell ${now + 1} of ${segment.cells.length} on this segment.`;
    document.getElementById("segment-text").textContent = text;
    slider.setAttribute("aria-valuetext", text);
    if (element.data) Plotly.relayout(element, { "shapes[0].x0": place, "shapes[0].x1": place });
  };

  const move = (step) => {
    slider.value = String(step);
    update();
  };

  const step = (way) => {
    const now = cellAt(Number(slider.value));
    const start = segment.entered[now];
    if (way > 0) move(segment.entered[Math.min(now + 1, segment.entered.length - 1)]);
    else move(Number(slider.value) > start ? start : segment.entered[Math.max(now - 1, 0)]);
  };

  drawers.segments = (place) => {
    segment = data.segments[place];
    slider.max = String(segment.steps - 1);
    const lines = crossings(segment);
    const largest = lines.y.indexOf(Math.max(...lines.y));
    const colours = lines.y.map((_, number) => (number === largest ? data.colours.largest : data.colours.line));
    const bars = {
      type: "bar", ...lines, width: 0.0025, marker: { color: colours },
      hovertemplate: "%{text}<extra></extra>", textposition: "none",
    };
    const layout = {
      ...FRAME, hovermode: "x", hoverdistance: -1, bargap: 0, dragmode: false,
      xaxis: { ...AXIS, range: [0, 1], title: { text: "Place on the segment" }, fixedrange: true },
      yaxis: { ...AXIS, title: { text: "Angle, rad" }, rangemode: "tozero", fixedrange: true },
      shapes: [{ type: "line", yref: "paper", x0: 0, x1: 0, y0: 0, y1: 1, line: { color: data.colours.cursor, width: 1.5, dash: "dot" } }],
      margin: { l: 55, r: 15, t: 10, b: 45 }, showlegend: false,
    };
    slider.value = String(segment.entered[largest + 1] ?? 0);
    Plotly.react(element, [bars], layout, { ...OPTIONS, displayModeBar: false });
    update();
  };

  slider.addEventListener("input", update);
  document.getElementById("segment-back").addEventListener("click", () => step(-1));
  document.getElementById("segment-next").addEventListener("click", () => step(1));
  return () =>
    element.on("plotly_click", (event) => move(segment.entered[event.points[0].pointNumber + 1]));
}

const segmentsPlot = document.getElementById("segments-plot");
const listen = segmentsPlot ? startSegments(segmentsPlot) : null;

for (const select of document.querySelectorAll("[data-chooses]")) {
  select.addEventListener("change", () => choose(select));
  choose(select);
}
if (listen) listen();
