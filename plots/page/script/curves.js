// chart returns a chart of lines in a box, which follows its width.
function chart(box, options, data) {
  const size = () => ({ width: Math.max(box.clientWidth, 200), height: 260 });
  const axis = (a) => ({ font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif", labelSize: 22, stroke: () => color("ink"), grid: { stroke: () => color("line"), width: 1 }, ticks: { stroke: () => color("line"), width: 1 }, ...a });
  const u = new uPlot({ ...size(), padding: [12, 16, 0, 0], cursor: { drag: { x: true, y: false } }, ...options, axes: options.axes.map(axis) }, data, box);
  new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== u.width) u.setSize(size()); }).observe(box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => u.redraw());
  return u;
}

// sweepChart draws throughput over batches, with the interval as a band.
function sweepChart(box, d) {
  const s = d.sweep;
  const rate = (seconds) => seconds.map((t, i) => t > 0 ? s.value[i] / t : null);
  const value = (u, v) => v === null || v === undefined ? "–" : Number(v.toPrecision(3)).toLocaleString("en") + "/s";
  const series = [{ label: "batch", value: (u, v) => v ?? "–" }, { label: d.expected ? "expected" : "at the lower bound", stroke: () => color("compute"), width: 2, value, points: { show: true } }];
  const data = [s.value, s.rate];
  const bands = [];
  if (s.low.length) {
    series.push({ label: "high end", stroke: () => color("compute"), width: 0.5, value, points: { show: false } }, { label: "low end", stroke: () => color("compute"), width: 0.5, value, points: { show: false } });
    data.push(rate(s.low), rate(s.high));
    bands.push({ series: [2, 3], fill: "rgba(0,114,178,.2)" });
    series.push({ label: "at the lower bound", stroke: () => color("soft"), dash: [6, 4], width: 1.5, value, points: { show: false } });
    data.push(rate(s.light));
  }
  return chart(box, {
    scales: { x: { time: false, distr: 3, log: 2 }, y: { range: (u, min, max) => [0, max * 1.08] } }, series, bands,
    axes: [{ label: "batch", splits: () => s.value, filter: (u, v) => v, values: (u, v) => v.map(String) }, { label: "samples a second", size: 70 }],
  }, data);
}

// memoryChart draws activations alive over the steps of a model and marks the peak.
function memoryChart(box, d) {
  const peak = Math.max(...d.alive), at = d.alive.indexOf(peak);
  return chart(box, {
    scales: { x: { time: false, range: [0, d.alive.length - 1 || 1] }, y: { range: [0, peak * 1.15] } },
    series: [{ label: "step", value: (u, v) => v === null || v === undefined ? "–" : `${v + 1} ${d.steps[v] || ""}` }, {
      label: "activations", stroke: () => color("memory"), fill: "rgba(230,159,0,.25)", width: 1.5, paths: uPlot.paths.stepped({ align: 1 }),
      value: (u, v) => v === null || v === undefined ? "–" : capacity(v), points: { show: false },
    }],
    axes: [{ label: "step", values: (u, v) => v.map((n) => Number.isInteger(n) ? n + 1 : "") }, { label: "activations alive", size: 80, values: (u, v) => v.map(capacity) }],
    hooks: {
      draw: [(u) => {
        const x = u.valToPos(at, "x", true), y = u.valToPos(peak, "y", true), dpr = devicePixelRatio || 1;
        u.ctx.save();
        u.ctx.strokeStyle = u.ctx.fillStyle = color("ink");
        u.ctx.lineWidth = 2 * dpr;
        u.ctx.beginPath();
        u.ctx.arc(x, y, 5 * dpr, 0, 2 * Math.PI);
        u.ctx.stroke();
        u.ctx.font = `${12 * dpr}px system-ui, sans-serif`;
        u.ctx.textAlign = at > d.alive.length / 2 ? "right" : "left";
        u.ctx.fillText(`peak ${capacity(peak)}`, x + (at > d.alive.length / 2 ? -10 : 10) * dpr, y - 6 * dpr);
        u.ctx.restore();
      }],
    },
  }, [d.alive.map((_, i) => i), d.alive]);
}
