// Glyphs of classes of kernels: n corners, turned by a share of a corner; a circle has none.
const glyphs = { conv: [0], "group conv": [6, 0], depthwise: [4, 0], gemm: [4, 0.5], attention: [8, 0.5], recurrent: [5, 0], pointwise: [3, 0], norm: [3, 0.5], reduce: [6, 0.5], move: [4, 0.25], other: [5, 0.5], unknown: [7, 0] };

// trace outlines the glyph of a class.
function trace(ctx, cls, x, y, r) {
  const [n, turn] = glyphs[cls] || [0];
  ctx.beginPath();
  if (!n) {
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    return;
  }
  const wide = r * Math.sqrt(2 * Math.PI / (n * Math.sin(2 * Math.PI / n))); // the area of the circle
  for (let k = 0; k < n; k++) {
    const a = 2 * Math.PI * (k + turn) / n - Math.PI / 2;
    ctx.lineTo(x + wide * Math.cos(a), y + wide * Math.sin(a));
  }
  ctx.closePath();
}

// decades returns ticks of a logarithmic axis: powers of ten, and 2 and 5 between where few powers are seen.
function decades(min, max) {
  const few = Math.log10(max / min) < 2.5;
  const out = [];
  for (let e = Math.floor(Math.log10(min)); e <= Math.ceil(Math.log10(max)); e++) {
    for (const m of few ? [1, 2, 5] : [1]) {
      const v = m * 10 ** e;
      if (v >= min && v <= max) out.push(v);
    }
  }
  return out;
}

// hasPlace reports whether a kernel has a place on the axes.
const hasPlace = (r) => r.x > 0 && r.y > 0;

// frame returns the view that holds the ridge points and the kernels of nearly all the time.
function frame(sections) {
  let x0 = Infinity, x1 = 0, y0 = Infinity, y1 = 0;
  for (const s of sections) {
    const rows = s.rows.filter(hasPlace).sort((a, b) => b.seconds - a.seconds);
    const total = rows.reduce((t, r) => t + r.seconds, 0);
    let sum = 0;
    for (const r of rows) {
      if (sum > 0 && sum >= 0.999 * total) break;
      sum += r.seconds;
      [x0, x1, y0, y1] = [Math.min(x0, r.x), Math.max(x1, r.x), Math.min(y0, r.y), Math.max(y1, r.y)];
    }
    for (const roof of s.data.roofs) {
      const ridge = roof.rate / s.data.levels[0].rate;
      [x0, x1, y0, y1] = [Math.min(x0, ridge / 4), Math.max(x1, 6 * ridge), Math.min(y0, roof.rate / 8), Math.max(y1, roof.rate)];
    }
  }
  return [x0 / 1.7, x1 * 1.7, y0 / 2, y1 * 3];
}

// hidden returns the set of what the toggles of the chart leave out.
const hidden = () => new Set(state.hide.split(",").filter(Boolean));

// A Roof is the interactive roofline of a section.
class Roof {
  constructor(s, box, change) {
    Object.assign(this, { s, box, change, hover: -1 });
    this.plot = make("div", { class: "plot", tabIndex: 0, role: "group", "aria-label": "Roofline of " + s.data.title + ". Arrows move, plus and minus zoom, 0 shows all, N and P step through kernels by time, Escape lets go. The table of kernels has the same figures." });
    this.tip = make("div", { class: "card tip", hidden: true, "aria-hidden": "true" });
    const tools = make("div", { class: "tools" },
      ...[["+", "zoom in", () => this.zoom(0.6)], ["−", "zoom out", () => this.zoom(1 / 0.6)], ["all", "show all", () => this.show(null)]]
        .map(([text, label, onclick]) => make("button", { type: "button", "aria-label": label, title: label, onclick }, text)),
      make("span", { class: "about" }, "Drag moves, Shift-drag or Ctrl-wheel zooms, a click pins."));
    this.toggles = make("div", { class: "toggles", role: "group", "aria-label": "What the roofline shows" });
    this.rest = make("p", { class: "about" });
    box.append(tools, this.plot, this.toggles, this.rest);
    this.build();
    this.listen();
    new ResizeObserver(() => this.resize()).observe(box);
  }

  // others returns the section laid over this one, if any.
  others() { return this.s.over ? [this.s.over] : []; }

  view() {
    const v = state.view.split(",").map(Number);
    return v.length === 4 && v.every((n) => n > 0 && Number.isFinite(n)) && v[1] > v[0] && v[3] > v[2] ? v : frame([this.s, ...this.others()]);
  }

  show(view) {
    state.view = view ? view.map((v) => Number(v.toPrecision(4))).join(",") : "";
    this.draw();
    this.change();
  }

  size() {
    const width = Math.max(this.plot.clientWidth, 200);
    return { width, height: Math.max(300, Math.min(560, Math.round(width * 0.6))) };
  }

  resize() {
    const { width, height } = this.size();
    if (width !== this.u.width || height !== this.u.height) this.u.setSize({ width, height });
  }

  build() {
    const axis = (label, unit, more) => ({
      label, labelSize: 22, font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif", stroke: () => color("ink"),
      grid: { stroke: () => color("line"), width: 1 }, ticks: { stroke: () => color("line"), width: 1 },
      splits: (u, i, min, max) => decades(min, max), filter: (u, splits) => splits,
      values: (u, splits) => splits.map((v) => unit ? short(v, unit).replace(/\.0+ /, " ") : String(Number(v.toPrecision(1)))), ...more,
    });
    this.u = new uPlot({
      ...this.size(), padding: [12, 16, 0, 0], legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, distr: 3, range: () => this.view().slice(0, 2) }, y: { distr: 3, range: () => this.view().slice(2) } },
      axes: [axis("operational intensity (FLOP/B)", "", {}), axis(this.s.data.expected ? "expected performance" : "performance at the lower bound", "FLOP/s", { size: 104 })],
      series: [{}, { paths: () => null, points: { show: false } }],
      hooks: {
        drawClear: [(u) => { u.ctx.fillStyle = color("paper"); u.ctx.fillRect(0, 0, u.ctx.canvas.width, u.ctx.canvas.height); }],
        draw: [() => this.paint()],
      },
    }, [[1, 10], [1, 10]], this.plot);
    this.u.over.append(this.tip);
    this.u.over.style.touchAction = "pan-y";
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.choices(); // their pictures have colours of the page
      this.draw();
    });
    this.choices();
  }

  draw() {
    if (!this.u) return;
    const [x0, x1, y0, y1] = this.view();
    this.u.batch(() => {
      this.u.setScale("x", { min: x0, max: x1 });
      this.u.setScale("y", { min: y0, max: y1 });
      this.u.redraw(false, true);
    });
  }

  // choices lists the toggles: classes of kernels, their types where there are several, and levels of memory.
  choices() {
    const off = hidden();
    const toggle = (key, ...label) => make("label", {}, make("input", {
      type: "checkbox", checked: !off.has(key), onchange: (e) => {
        const set = hidden();
        if (e.target.checked) set.delete(key); else set.add(key);
        state.hide = [...set].join(",");
        this.draw();
        this.change();
      },
    }), ...label);
    const placed = this.s.rows.filter(hasPlace);
    const several = (key) => [...new Set(placed.map((r) => r[key]))].filter(Boolean);
    const types = several("type");
    const picture = (c) => {
      const at = make("canvas", { width: 28, height: 28, "aria-hidden": "true" });
      trace(at.getContext("2d"), c, 14, 14, 8);
      Object.assign(at.getContext("2d"), { fillStyle: color("soft") }).fill();
      return at;
    };
    const share = (rows) => percent(rows.reduce((t, r) => t + r.seconds, 0) / this.s.data.total);
    const part = (key, v) => `${v} ${share(placed.filter((r) => r[key] === v))}`;
    this.toggles.replaceChildren(
      ...several("class").map((c) => toggle("class:" + c, picture(c), part("class", c))),
      ...(types.length > 1 ? types.map((v) => toggle("type:" + v, part("type", v))) : []),
      ...this.s.data.levels.map((l, i) => toggle(`level:${l.name}`, i ? `roof of ${l.name}` : `roof of main memory`)));
    const rest = this.s.rows.filter((r) => !hasPlace(r));
    const over = this.others().map((s) => `Hollow: ${s.data.label}; an arrow leads to the kernel of the same name.`);
    const none = rest.length ? [`${rest.length} kernels that only move data or wait, ${share(rest)} of the latency, have no place here.`] : [];
    this.rest.textContent = [...over, ...none].join(" ");
  }

  // points returns the kernels of a section that have a place, with their places on the screen.
  points(s, off) {
    const u = this.u;
    const total = s.data.device || s.data.total;
    const heaviest = Math.max(...s.rows.map((r) => r.seconds)) / total;
    const full = Math.min(62, Math.max(26, 17 / Math.sqrt(heaviest)));
    const out = [];
    for (const r of s.rows) {
      if (!r.on || !hasPlace(r) || off.has("class:" + r.class) || off.has("type:" + r.type)) continue;
      out.push({ r, x: u.valToPos(r.x, "x"), y: u.valToPos(r.y, "y"), size: Math.max(2.4, Math.min(26, full * Math.sqrt(r.seconds / total))) });
    }
    return out.sort((a, b) => b.size - a.size);
  }

  paint() {
    if (!this.u) return; // the library draws once before it is there
    const u = this.u, ctx = u.ctx, dpr = devicePixelRatio || 1;
    this.colors = Object.fromEntries(["ink", "soft", "paper", "compute", "memory", "overhead"].map((n) => [n, color(n)]));
    ctx.save();
    ctx.beginPath();
    ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    ctx.clip();
    ctx.translate(u.bbox.left, u.bbox.top);
    ctx.scale(dpr, dpr);
    const off = hidden();
    this.at = this.points(this.s, off);
    for (const s of this.others()) this.overlay(s, off);
    this.roofs(this.s, off, false);
    for (const p of this.at) this.dot(p, false);
    for (const p of this.at) if (p.r.i === this.hover || p.r.i === this.s.pinned) this.ring(p);
    ctx.restore();
  }

  dot(p, hollow) {
    const ctx = this.u.ctx;
    trace(ctx, p.r.class, p.x, p.y, p.size);
    ctx.globalAlpha = 0.75;
    ctx.fillStyle = this.colors[p.r.bound];
    if (!hollow) ctx.fill();
    ctx.globalAlpha = 1;
    ctx.lineWidth = 1;
    ctx.strokeStyle = hollow ? this.colors[p.r.bound] : this.colors["paper"];
    ctx.stroke();
  }

  ring(p) {
    const ctx = this.u.ctx;
    trace(ctx, p.r.class, p.x, p.y, p.size + 3);
    ctx.lineWidth = 2.5;
    ctx.strokeStyle = this.colors["ink"];
    ctx.stroke();
  }

  // overlay draws another estimate: its roofs, its kernels hollow, and arrows to those of the same name.
  overlay(s, off) {
    const ctx = this.u.ctx;
    this.roofs(s, off, true);
    const own = new Map(this.at.map((p) => [p.r.name, p]));
    for (const p of this.points(s, off)) {
      const from = own.get(p.r.name);
      if (from && Math.hypot(p.x - from.x, p.y - from.y) > 8) this.arrow(from, p);
      this.dot(p, true);
    }
    ctx.setLineDash([]);
  }

  arrow(a, b) {
    const ctx = this.u.ctx, turn = Math.atan2(b.y - a.y, b.x - a.x);
    ctx.globalAlpha = a.r.i === this.s.pinned ? 1 : 0.25;
    ctx.strokeStyle = ctx.fillStyle = this.colors["ink"];
    ctx.lineWidth = a.r.i === this.s.pinned ? 2 : 1;
    ctx.beginPath();
    ctx.moveTo(a.x, a.y);
    ctx.lineTo(b.x, b.y);
    for (const side of [-1, 1]) {
      ctx.moveTo(b.x, b.y);
      ctx.lineTo(b.x - 7 * Math.cos(turn + side * 0.4), b.y - 7 * Math.sin(turn + side * 0.4));
    }
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  // roofs draws peak rates and the slopes of memory levels under them. A roof laid over the same one has no label.
  roofs(s, off, dashed) {
    const u = this.u, ctx = u.ctx, [x0, x1, y0, y1] = this.view();
    const levels = s.data.levels.filter((l) => !off.has("level:" + l.name));
    const highest = Math.max(...s.data.roofs.map((r) => r.rate));
    const fastest = Math.max(...levels.map((l) => l.rate), 0);
    const text = (r) => `${r.name} ${short(r.rate, r.unit || "B/s")}`;
    const said = new Set(dashed ? [...this.s.data.roofs, ...this.s.data.levels].map(text) : []);
    const say = (r, x, y) => { if (!said.has(text(r))) ctx.fillText(text(r), x, y); };
    const X = (v) => u.valToPos(v, "x"), Y = (v) => u.valToPos(v, "y");
    const line = (ax, ay, bx, by) => { ctx.beginPath(); ctx.moveTo(X(ax), Y(ay)); ctx.lineTo(X(bx), Y(by)); ctx.stroke(); };
    ctx.setLineDash(dashed ? [6, 4] : []);
    ctx.strokeStyle = ctx.fillStyle = this.colors[dashed ? "soft" : "ink"];
    ctx.font = "12px system-ui, sans-serif";
    for (const [i, l] of levels.entries()) {
      ctx.lineWidth = i || l !== s.data.levels[0] ? 1 : 1.8;
      line(x0, x0 * l.rate, highest / l.rate, highest);
      const low = Math.max(x0, y0 / l.rate), high = Math.min(x1, y1 / l.rate, highest / l.rate); // of the slope in the view
      if (high <= low) continue;
      const mid = low ** 0.6 * high ** 0.4;
      ctx.save();
      ctx.translate(X(mid), Y(mid * l.rate));
      ctx.rotate(Math.atan2(Y(high * l.rate) - Y(low * l.rate), X(high) - X(low)));
      ctx.textAlign = "center";
      say(l, 0, dashed ? 15 : -7);
      ctx.restore();
    }
    ctx.textAlign = "right";
    for (const r of s.data.roofs) {
      ctx.lineWidth = 1.8;
      line(fastest ? Math.max(x0, r.rate / fastest) : x0, r.rate, x1, r.rate);
      say(r, X(x1) - 6, Y(r.rate) + (dashed ? 14 : -6));
    }
    ctx.textAlign = "left";
    ctx.setLineDash([]);
  }

  // near returns the kernel at a place on the screen, the smallest of several, -1 for none.
  near(x, y) {
    for (const p of [...(this.at || [])].reverse()) if (Math.hypot(p.x - x, p.y - y) <= p.size + 3) return p.r.i;
    return -1;
  }

  zoom(by, x, y) {
    const [x0, x1, y0, y1] = this.view();
    const cx = x === undefined ? Math.sqrt(x0 * x1) : this.u.posToVal(x, "x");
    const cy = y === undefined ? Math.sqrt(y0 * y1) : this.u.posToVal(y, "y");
    this.show([cx * (x0 / cx) ** by, cx * (x1 / cx) ** by, cy * (y0 / cy) ** by, cy * (y1 / cy) ** by]);
  }

  // move pans by shares of the view.
  move(dx, dy) {
    const [x0, x1, y0, y1] = this.view();
    const fx = (x1 / x0) ** dx, fy = (y1 / y0) ** dy;
    this.show([x0 * fx, x1 * fx, y0 * fy, y1 * fy]);
  }

  point(i, x, y) {
    this.hover = i;
    this.tip.hidden = i < 0;
    this.u.over.style.cursor = i < 0 ? "grab" : "pointer";
    if (i >= 0) {
      card(this.tip, this.s, this.s.rows[i]);
      const wide = this.u.over.clientWidth, high = this.u.over.clientHeight;
      this.tip.style.left = `${Math.max(0, Math.min(x + 14, wide - this.tip.offsetWidth - 4))}px`;
      this.tip.style.top = `${y > high / 2 ? Math.max(0, y - this.tip.offsetHeight - 14) : y + 14}px`;
    }
    this.draw();
  }

  listen() {
    const over = this.u.over;
    const at = (e) => { const b = over.getBoundingClientRect(); return [e.clientX - b.left, e.clientY - b.top]; };
    let drag = null;
    over.addEventListener("pointerdown", (e) => {
      if (e.button) return;
      const [x, y] = at(e);
      drag = { x, y, view: this.view(), box: e.shiftKey, moved: false };
      over.setPointerCapture(e.pointerId);
    });
    over.addEventListener("pointermove", (e) => {
      const [x, y] = at(e);
      if (!drag) {
        const i = this.near(x, y);
        if (i !== this.hover || i >= 0) this.point(i, x, y);
        return;
      }
      drag.moved ||= Math.hypot(x - drag.x, y - drag.y) > 4;
      if (!drag.moved || drag.box) return;
      const [x0, x1, y0, y1] = drag.view;
      const fx = (x1 / x0) ** ((drag.x - x) / over.clientWidth), fy = (y1 / y0) ** ((y - drag.y) / over.clientHeight);
      this.show([x0 * fx, x1 * fx, y0 * fy, y1 * fy]);
    });
    over.addEventListener("pointerup", (e) => {
      const [x, y] = at(e), was = drag;
      drag = null;
      if (!was) return;
      if (!was.moved) {
        const i = this.near(x, y);
        pin(this.s, i === this.s.pinned ? -1 : i);
        state.pin = this.s.pinned >= 0 ? String(this.s.pinned) : "";
        this.change();
      } else if (was.box) {
        const v = (a, b, axis) => [this.u.posToVal(a, axis), this.u.posToVal(b, axis)].sort((p, q) => p - q);
        const [a, b] = v(was.x, x, "x"), [c, d] = v(was.y, y, "y");
        if (b > a && d > c) this.show([a, b, c, d]);
      }
    });
    over.addEventListener("pointerleave", () => { if (!drag) this.point(-1); });
    over.addEventListener("dblclick", () => this.show(null));
    over.addEventListener("wheel", (e) => {
      if (!e.ctrlKey && !e.metaKey) return;
      e.preventDefault();
      this.zoom(e.deltaY < 0 ? 0.8 : 1.25, ...at(e));
    }, { passive: false });
    const byTime = () => [...this.s.rows].sort((a, b) => b.seconds - a.seconds);
    const step = (by) => {
      pin(this.s, next(this.s, byTime(), by));
      state.pin = this.s.pinned >= 0 ? String(this.s.pinned) : "";
      this.change();
    };
    const keys = {
      ArrowLeft: () => this.move(-0.1, 0), ArrowRight: () => this.move(0.1, 0), ArrowUp: () => this.move(0, 0.1), ArrowDown: () => this.move(0, -0.1),
      "+": () => this.zoom(0.8), "=": () => this.zoom(0.8), "-": () => this.zoom(1.25), 0: () => this.show(null),
      n: () => step(1), p: () => step(-1), Escape: () => { pin(this.s, -1); state.pin = ""; this.change(); },
    };
    this.plot.addEventListener("keydown", (e) => {
      const does = keys[e.key.length === 1 ? e.key.toLowerCase() : e.key];
      if (!does || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      does();
    });
  }
}
