// Makes the still plots of a report live: zoom, a cursor through all strips,
// readings, runs that come and go. Without this script the page says the same,
// only more quietly.
(function () {
  "use strict";
  const source = document.getElementById("data");
  const strips = document.getElementById("strips");
  if (!source || !strips || typeof uPlot === "undefined") return;
  const page = JSON.parse(source.textContent);
  const dashes = [[], [7, 3], [2, 3], [9, 3, 2, 3]];
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200,
    10800, 21600, 43200, 86400];
  const rounds = [];          // of a value axis
  for (let power = -6; power < 10; ++power) {
    for (const lead of [1, 2, 5]) rounds.push(+(lead + "e" + power));
  }
  const hidden = new Set();   // runs
  const plots = [];           // {u, strip, figure, box, labels, curves}
  let view = [0, page.end];   // s
  let cursor = null;          // s
  let bands = true;
  let spreading = false;

  // -- numbers ---------------------------------------------------------------

  /** A channel's arrays: steps between neighbours and distances from the mean. */
  function unpack(packed) {
    if (packed.time) return packed;
    const scale = Math.pow(10, packed.decimals);
    let at = 0;
    packed.steps = packed.mean.split(",").map((t) => (t === "x" ? null : (at += +t)));
    const beside = (text, sign) => {
      const by = text.split(",");
      return packed.steps.map((n, i) => (n === null ? null : (n + sign * (+by[i] || 0)) / scale));
    };
    packed.least = packed.low ? beside(packed.low, -1) : null;
    packed.greatest = packed.high ? beside(packed.high, 1) : null;
    packed.value = packed.steps.map((n) => (n === null ? null : n / scale));
    packed.time = packed.value.map((_, i) =>
      (i * packed.width + Math.min((i + 1) * packed.width, packed.end)) / 2);
    return packed;
  }

  const channel = (curve) => unpack(page.runs[curve.run].channels[curve.channel]);

  function timeText(s, step) {
    if (s === 0) return "0";
    if (step >= 1800) return +(s / 3600).toFixed(2) + " h";
    if (step >= 60) return +(s / 60).toFixed(1) + " min";
    return s.toFixed(step < 0.1 ? 2 : step < 1 ? 1 : 0) + " s";
  }

  function roundRange(low, high, zero) {
    if (low === null || high === null) return [0, 1];
    if (zero) low = Math.min(low, 0);
    const least = Math.max(Math.abs(high) * 1e-3, 1e-9);
    if (high - low < least) {
      high += least;
      if (!zero) low -= least;
    }
    return [zero && low >= 0 ? 0 : low - (high - low) * 0.06, high + (high - low) * 0.08];
  }

  /** Places for labels of one line's height, none over another. */
  function spread(wished, height, line) {
    const order = wished.map((_, i) => i).sort((a, b) => wished[a] - wished[b]);
    const at = wished.slice();
    let least = 0, most = height;
    for (const i of order) least = (at[i] = Math.max(at[i], least)) + line;
    for (const i of order.reverse()) most = (at[i] = Math.min(at[i], most)) - line;
    return at;
  }

  const styled = (name, of) => getComputedStyle(of || strips).getPropertyValue(name).trim();
  const colour = (curve) => styled("--k" + curve.colour);

  // -- one plot --------------------------------------------------------------

  function build(strip, figure) {
    const curves = strip.curves.filter((c) => page.runs[c.run].channels[c.channel]);
    const series = [{}], filled = [], tables = [], means = new Set();
    for (const curve of curves.slice().reverse()) {  // the first lies on top
      const c = channel(curve);
      const table = [c.time, c.value];
      curve.series = [series.length];
      means.add(series.length);
      const show = !hidden.has(curve.run);
      series.push({ show, stroke: colour(curve), width: 1.7, dash: dashes[curve.dash],
        spanGaps: true, points: { show: false } });
      if (bands && (c.least || c.greatest)) {
        const edge = { show, stroke: "transparent", width: 0, spanGaps: true,
          points: { show: false } };
        curve.series.push(series.length, series.length + 1);
        filled.push({ series: [series.length + 1, series.length], fill: colour(curve) + "2b" });
        series.push({ ...edge }, { ...edge });
        table.push(c.least || c.value, c.greatest || c.value);
      }
      tables.push(table);
    }
    const same = tables.every(([time]) => time.length === tables[0][0].length &&
      time[time.length - 1] === tables[0][0][time.length - 1]);
    const data = same ? [tables[0][0], ...tables.flatMap((t) => t.slice(1))] : uPlot.join(tables);

    const box = document.createElement("div");
    box.className = "live";
    box.tabIndex = 0;
    box.setAttribute("role", "application");
    box.setAttribute("aria-label", strip.title + " over time. Arrow keys move the cursor, " +
      "plus and minus zoom, 0 shows the whole run.");
    figure.append(box);
    figure.classList.add("is-live");
    const plot = { strip, figure, box, curves, labels: [] };
    for (const curve of curves) {
      const label = document.createElement("span");
      label.className = "end k" + curve.colour;
      label.textContent = curve.label;
      box.append(label);
      plot.labels.push(label);
    }
    const font = "11.5px " + getComputedStyle(document.body).fontFamily;
    const axis = { stroke: styled("--quiet"), font, ticks: { show: false },
      grid: { stroke: styled("--line"), width: 1 } };
    plot.u = new uPlot({
      width: Math.max(200, figure.clientWidth),
      height: strip.height + 6 + parseInt(styled("--below"), 10),
      padding: [6, parseInt(styled("--right"), 10), 0, 0],
      legend: { show: false },
      series,
      bands: filled,
      scales: {
        x: { time: false, auto: false, min: view[0], max: view[1] },
        y: { range: (u, low, high) => roundRange(low, high, strip.zero) },
      },
      axes: [
        { ...axis, size: parseInt(styled("--below"), 10), gap: 4, space: 76, incrs: steps,
          values: (u, at, i, space, step) => at.map((s) => timeText(s, step)) },
        { ...axis, size: parseInt(styled("--left"), 10), gap: 6, space: 34, incrs: rounds,
          values: (u, at, i, space, step) => at.map((v) =>
            v.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))) },
      ],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: true },
        points: { size: (u, i) => (means.has(i) ? 7 : 0), width: 0 },
        bind: { dblclick: () => () => { show(0, page.end); return null; } },
        sync: { key: "time",
          filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } },
        dataIdx: (u, i, nearest) => {
          const values = u.data[i];
          for (let by = 0; by < 50; ++by) {
            if (values[nearest - by] != null) return nearest - by;
            if (values[nearest + by] != null) return nearest + by;
          }
          return nearest;
        },
      },
      hooks: {
        setCursor: [(u) => read(plot, u.cursor.left >= 0 ? u.posToVal(u.cursor.left, "x") : null)],
        setScale: [(u, key) => {
          if (key === "x" && !spreading) show(u.scales.x.min, u.scales.x.max);
        }],
        drawClear: [(u) => drawPauses(u, strip === page.strips[0])],
        draw: [(u) => { drawMarks(u); placeLabels(plot, u); }],
      },
    }, data, box);
    box.addEventListener("keydown", onKey);
    plots.push(plot);
    return plot;
  }

  function drawMarks(u) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.strokeStyle = styled("--bad");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    for (const mark of page.marks) {
      if (mark.time < u.scales.x.min || mark.time > u.scales.x.max) continue;
      const x = u.valToPos(mark.time, "x", true);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  /** Bands behind the curves; the first one in view has a word where `named`. */
  function drawPauses(u, named) {
    const { ctx, bbox } = u;
    const { min, max } = u.scales.x;
    ctx.save();
    ctx.fillStyle = styled("--ink");
    for (const [from, to] of page.pauses) {
      if (to <= min || from >= max) continue;
      const left = u.valToPos(Math.max(from, min), "x", true);
      const right = u.valToPos(Math.min(to, max), "x", true);
      ctx.globalAlpha = 0.08;
      ctx.fillRect(left, bbox.top, Math.max(right - left, 1), bbox.height);
      if (!named) continue;
      ctx.globalAlpha = 1;
      ctx.fillStyle = styled("--quiet");
      ctx.font = 11.5 * devicePixelRatio + "px " + getComputedStyle(document.body).fontFamily;
      const wide = ctx.measureText("pause").width + 8 * devicePixelRatio < right - left;
      ctx.textAlign = wide ? "center" : "left";
      const at = wide ? (left + right) / 2 : right + 4 * devicePixelRatio;
      ctx.fillText("pause", at, bbox.top + bbox.height - 6 * devicePixelRatio);
      ctx.fillStyle = styled("--ink");
      named = false;
    }
    ctx.restore();
  }

  /** Labels stand where the curve is at the right edge: the median of the last
   *  tenth in view, so that they do not follow a pause into its dip. */
  function placeLabels(plot, u) {
    const top = u.bbox.top / devicePixelRatio, height = u.bbox.height / devicePixelRatio;
    const shown = [], wished = [];
    plot.curves.forEach((curve, i) => {
      const c = channel(curve);
      const to = Math.min(c.value.length, Math.ceil(view[1] / c.width));
      const from = Math.max(0, Math.floor(to - Math.max(1, (view[1] - view[0]) / c.width / 10)));
      const values = c.value.slice(from, to).filter((v) => v !== null).sort((a, b) => a - b);
      const visible = values.length > 0 && !hidden.has(curve.run) && to * c.width > view[0];
      plot.labels[i].hidden = !visible;
      if (!visible) return;
      shown.push(plot.labels[i]);
      const at = u.valToPos(values[Math.floor(values.length / 2)], "y");
      wished.push(Math.min(Math.max(at, 0), height));
    });
    spread(wished, height, 15).forEach((at, i) => { shown[i].style.top = top + at + "px"; });
  }

  // -- readings --------------------------------------------------------------

  function piece(tag, text, className) {
    const element = document.createElement(tag);
    element.textContent = text;
    if (className) element.className = className;
    return element;
  }

  /** What the curve reads at a time, as text, or "" beyond its end. */
  function reading(curve, strip, time) {
    const c = channel(curve);
    if (time < 0 || time > c.end) return "";
    const i = Math.min(c.value.length - 1, Math.floor(time / c.width));
    if (c.value[i] === null) return "not measured";
    const digits = (v) => v.toFixed(strip.decimals);
    const low = digits(c.least ? c.least[i] : c.value[i]);
    const high = digits(c.greatest ? c.greatest[i] : c.value[i]);
    const range = low !== high ? " (" + low + " \u2013 " + high + ")" : "";
    return digits(c.value[i]) + range + " " + strip.unit;
  }

  function read(plot, time) {
    const out = plot.figure.querySelector(".readout");
    out.replaceChildren();
    if (time === null) return;
    cursor = time;
    out.append(piece("span", timeText(time, (view[1] - view[0]) / 300 >= 60 ? 60 : 0.5)));
    for (const curve of plot.curves) {
      if (hidden.has(curve.run)) continue;
      const text = reading(curve, plot.strip, time);
      if (!text) continue;
      const span = piece("span", "", "k" + curve.colour);
      span.append(piece("b", curve.label), piece("em", text));
      out.append(span);
    }
  }

  // -- moving about ----------------------------------------------------------

  function show(from, to) {
    const least = page.end * 1e-4;
    if (!(to - from > least)) {
      const middle = (from + to) / 2;
      from = middle - least / 2;
      to = middle + least / 2;
    }
    view = [Math.max(0, from), Math.min(page.end, to)];
    spreading = true;
    for (const { u } of plots) u.setScale("x", { min: view[0], max: view[1] });
    spreading = false;
  }

  function moveCursor(time) {
    cursor = Math.min(Math.max(time, 0), page.end);
    const span = view[1] - view[0];
    if (cursor < view[0]) show(cursor, cursor + span);
    if (cursor > view[1]) show(cursor - span, cursor);
    for (const { u } of plots) u.setCursor({ left: u.valToPos(cursor, "x"), top: 10 }, true, false);
  }

  const spoken = piece("div", "", "unseen");
  spoken.setAttribute("aria-live", "polite");
  strips.before(spoken);

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const span = view[1] - view[0], middle = cursor === null ? (view[0] + view[1]) / 2 : cursor;
    const by = span * (event.shiftKey ? 0.1 : 0.01);
    const zoom = (factor) =>
      show(middle - (middle - view[0]) * factor, middle + (view[1] - middle) * factor);
    const pan = (share) => {
      const move = Math.min(Math.max(span * share, -view[0]), page.end - view[1]);
      show(view[0] + move, view[1] + move);
    };
    switch (event.key) {
      case "ArrowLeft": moveCursor(middle - by); break;
      case "ArrowRight": moveCursor(middle + by); break;
      case "Home": moveCursor(view[0]); break;
      case "End": moveCursor(view[1]); break;
      case "+": case "=": case "w": zoom(0.7); break;
      case "-": case "s": zoom(1 / 0.7); break;
      case "a": pan(-0.2); break;
      case "d": pan(0.2); break;
      case "0": case "Escape": show(0, page.end); break;
      default: return;
    }
    event.preventDefault();
    const plot = plots.find((p) => p.box === event.currentTarget);
    spoken.textContent = plot.figure.querySelector(".readout").textContent;
  }

  // -- tools -----------------------------------------------------------------

  function button(text, onClick) {
    const element = piece("button", text);
    element.type = "button";
    element.addEventListener("click", onClick);
    return element;
  }

  /** The numbers in view, as a file. */
  function save() {
    const quoted = (text) =>
      (/[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text);
    const lines = [["run", "channel", "unit", "time_s", "mean", "min", "max"].join(",")];
    for (const { strip, curves } of plots) {
      for (const curve of curves) {
        if (hidden.has(curve.run)) continue;
        const c = channel(curve);
        c.time.forEach((time, i) => {
          if (time < view[0] || time > view[1] || c.value[i] === null) return;
          lines.push([quoted(page.runs[curve.run].label), quoted(curve.channel), strip.unit,
            +(i * c.width).toFixed(6), c.value[i], c.least ? c.least[i] : c.value[i],
            c.greatest ? c.greatest[i] : c.value[i]].join(","));
        });
      }
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
    link.download = "report.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  function buildTools() {
    const band = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = bands;
    box.addEventListener("change", () => { bands = box.checked; rebuild(); });
    band.append(box, " least to greatest");
    document.getElementById("tools").append(button("Whole run", () => show(0, page.end)), band,
      button("Save as CSV", save),
      piece("span", "Drag to zoom, double-click for the whole run; with the keyboard: " +
        "arrows, + \u2212 0."));
    for (const input of document.querySelectorAll(".key input")) {
      input.addEventListener("change", () => {
        const run = +input.dataset.run;
        if (input.checked) hidden.delete(run); else hidden.add(run);
        input.parentElement.classList.toggle("off", !input.checked);
        for (const { u, curves } of plots) {
          for (const curve of curves) {
            if (curve.run !== run) continue;
            for (const i of curve.series) u.setSeries(i, { show: input.checked });
          }
        }
      });
    }
  }

  function buildOthers() {
    if (page.others.length === 0) return;
    const place = document.getElementById("others");
    const label = piece("label", "One more channel: ");
    const select = document.createElement("select");
    select.append(new Option("choose\u2026", ""));
    for (const other of page.others) select.append(new Option(other.name, other.name));
    select.addEventListener("change", () => {
      const other = page.others.find((o) => o.name === select.value);
      if (other) addStrip(other);
      select.value = "";
    });
    label.append(select);
    place.append(label);
  }

  function addStrip(other) {
    const many = page.runs.length > 1;
    const range = page.runs[0].channels[other.name];
    const strip = { title: other.name, unit: other.unit === "degC" ? "\u00b0C" : other.unit,
      decimals: Math.max(0, Math.min(range.decimals, 3)), zero: false, height: 150, curves: [] };
    page.runs.forEach((run, i) => {
      strip.curves.push({ run: i, channel: other.name, label: many ? run.letter : "",
        dash: run.dash, colour: run.colour });
    });
    const figure = piece("figure", "", "strip");
    const caption = document.createElement("figcaption");
    const title = piece("h3", strip.title + " ");
    title.append(piece("span", strip.unit));
    caption.append(title, piece("output", "", "readout"), button("Remove", () => {
      const at = plots.findIndex((p) => p.figure === figure);
      plots.splice(at, 1)[0].u.destroy();
      figure.remove();
    }));
    if (other.meaning) caption.append(piece("small", other.meaning));
    figure.append(caption);
    strips.append(figure);
    build(strip, figure).box.focus();
  }

  function rebuild() {
    for (const { u, strip, figure, box } of plots.splice(0)) {
      u.destroy();
      box.remove();
      build(strip, figure);
    }
  }

  document.documentElement.classList.add("scripted");
  for (const strip of page.strips) strip.unit = strip.unit === "degC" ? "\u00b0C" : strip.unit;
  for (const figure of strips.querySelectorAll("figure")) {
    build(page.strips[figure.dataset.strip], figure);
  }
  buildTools();
  buildOthers();
  let width = strips.clientWidth;
  new ResizeObserver(() => {
    if (strips.clientWidth === width) return;
    width = strips.clientWidth;
    rebuild();
  }).observe(strips);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", rebuild);
})();
