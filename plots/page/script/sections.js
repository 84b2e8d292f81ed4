// A section has a table and a tree of the same kernels, and figures for the charts.
async function sectionOf(table) {
  const root = table.closest("section");
  const id = root.dataset.section;
  const data = JSON.parse(new TextDecoder().decode(await unpacked(bytesOf(id + "-data"))));
  const body = table.tBodies[0];
  const rows = [...body.rows].map((tr, i) => {
    const cells = [...tr.cells].map((c) => c.textContent.trim());
    return {
      i, tr, cells, on: true, name: cells[1], type: cells[3], bound: cells[4], class: data.class[i],
      seconds: data.seconds[i], light: data.light[i], flops: data.flops[i], bytes: data.bytes[i],
      wasted: data.expected ? Math.max(data.seconds[i] - data.light[i], 0) : 0,
      x: data.bytes[i] > 0 ? data.flops[i] / data.bytes[i] : 0,
      y: data.seconds[i] > 0 ? data.flops[i] / data.seconds[i] : 0,
    };
  });
  for (const leaf of all(".k[data-k]", root)) {
    const row = rows[leaf.dataset.k];
    const path = [];
    for (let d = leaf.closest("details"); d; d = d.parentElement.closest("details")) {
      path.push(d.querySelector("summary span").textContent);
    }
    row.leaf = leaf;
    row.words = [row.cells[1], row.cells[2], row.type, row.class, ...path].join("\n").toLowerCase();
  }
  const heads = [...table.tHead.rows[0].cells];
  const folds = all(".tree details", root).map((at) => ({ at, open: at.open }));
  return { id, root, data, table, body, rows, heads, folds, names: heads.map((h) => h.textContent.trim()), tree: root.querySelector(".tree") };
}

// filter shows the kernels that meet the state, in the table, the tree and the chart.
function filter(sections, count) {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const active = words.length > 0 || state.bound || state.class || state.type;
  const shown = { kernels: 0, seconds: 0 }, whole = { kernels: 0, seconds: 0 };
  for (const s of sections) {
    for (const r of s.rows) {
      r.on = words.every((w) => r.words.includes(w)) && (!state.bound || r.bound === state.bound) &&
        (!state.class || r.class === state.class) && (!state.type || r.type === state.type);
      r.tr.hidden = r.leaf.hidden = !r.on;
      if (!s.shown) continue;
      whole.kernels++;
      whole.seconds += r.seconds;
      if (!r.on) continue;
      shown.kernels++;
      shown.seconds += r.seconds;
    }
    for (const f of s.folds) {
      f.at.hidden = active && !f.at.querySelector(".k[data-k]:not([hidden])");
      if (active) f.at.open = true;
      else if (s.filtered) f.at.open = f.open;
    }
    s.filtered = active;
    if (s.roof) s.roof.draw();
  }
  count.textContent = active
    ? `${shown.kernels} of ${whole.kernels} kernels, ${short(shown.seconds, "s")} of ${short(whole.seconds, "s")} (${percent(shown.seconds / whole.seconds || 0)})`
    : `${whole.kernels} kernels, ${short(whole.seconds, "s")}`;
}

// The columns of figures, by the figure of a row that each sorts by.
const sorts = { "#": (r) => r.i, time: (r) => r.seconds, wasted: (r) => r.wasted, FLOPs: (r) => r.flops, traffic: (r) => r.bytes, "lower bound": (r) => r.light, "FLOP/B": (r) => r.x };

// sortTables sorts the tables by the column of the state.
function sortTables(sections) {
  for (const s of sections) {
    const col = s.names.indexOf(state.sort);
    const sign = state.dir === "desc" ? -1 : 1;
    const rows = [...s.rows];
    const figure = sorts[state.sort];
    if (col >= 0) rows.sort((a, b) => sign * (figure ? figure(a) - figure(b) : a.cells[col].localeCompare(b.cells[col])));
    s.body.append(...rows.map((r) => r.tr));
    s.heads.forEach((h, i) => {
      if (i === col) h.setAttribute("aria-sort", sign < 0 ? "descending" : "ascending");
      else h.removeAttribute("aria-sort");
    });
  }
}

// sortTrees sorts what is in each module by time, or by wasted time.
function sortTrees(sections) {
  const key = state.tree === "wasted" ? "wasted" : "seconds";
  for (const s of sections) {
    const sums = new Map();
    const sum = (at) => {
      if (sums.has(at)) return sums.get(at);
      const own = at.dataset.k !== undefined ? s.rows[at.dataset.k][key] : 0;
      const inside = at.tagName === "DETAILS" ? [...at.querySelector(".in").children].reduce((t, c) => t + sum(c), 0) : 0;
      sums.set(at, own + inside);
      return own + inside;
    };
    for (const box of all(".in", s.tree)) {
      box.append(...[...box.children].map((at, i) => [at, i]).sort(([a, i], [b, j]) => sum(b) - sum(a) || i - j).map(([at]) => at));
    }
  }
}

// facts returns what a card says of a kernel.
function facts(s, r) {
  const out = [["time", `${short(r.seconds, "s")}, ${percent(r.seconds / s.data.total)} of the latency`], ["bound", r.bound]];
  if (s.data.expected) out.push(["wasted", `${short(r.wasted, "s")} above the lower bound of ${short(r.light, "s")}`]);
  out.push(["work", short(r.flops, "FLOP")], ["traffic", short(r.bytes, "B")]);
  if (r.x > 0) out.push(["intensity", `${r.x.toPrecision(3)} FLOP/B`]);
  if (r.y > 0) out.push(["reached", short(r.y, "FLOP/s")]);
  out.push(["operators", r.cells[2]], ["kind", [r.class, r.type].filter(Boolean).join(", ")]);
  return out;
}

// card fills an element with what is known of a kernel.
function card(at, s, r) {
  at.replaceChildren(make("strong", {}, r.name), make("dl", {}, ...facts(s, r).map(([k, v]) => make("div", {}, make("dt", {}, k), make("dd", {}, v)))));
}

// pin selects a kernel everywhere: in the chart, the table and the tree. -1 selects none.
function pin(s, i) {
  for (const at of all("[aria-current]", s.root)) at.removeAttribute("aria-current");
  s.pinned = i;
  const r = s.rows[i];
  s.side.hidden = !r;
  if (r) {
    r.tr.setAttribute("aria-current", "true");
    r.leaf.setAttribute("aria-current", "true");
    for (let d = r.leaf.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
    card(s.said, s, r);
  }
  if (s.roof) s.roof.draw();
}

// next returns the kernel that follows the pinned one in an order, among those that are shown.
function next(s, rows, by) {
  const on = rows.filter((r) => r.on);
  if (!on.length) return -1;
  const at = on.findIndex((r) => r.i === s.pinned);
  return on[at < 0 ? (by > 0 ? 0 : on.length - 1) : (at + by + on.length) % on.length].i;
}
