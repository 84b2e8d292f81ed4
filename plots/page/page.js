"use strict";
(() => {
  const all = (css, from = document) => [...from.querySelectorAll(css)];
  const form = document.getElementById("filter");
  const text = document.getElementById("text");
  const bound = document.getElementById("bound");
  const count = document.getElementById("count");
  const powers = { p: 1e-12, n: 1e-9, "µ": 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
  const state = { q: "", bound: "", sort: "", dir: "" };

  // value returns a figure such as 1.37 ms in base units; what is no figure is below all.
  function value(figure) {
    const m = /^([\d.]+(?:e[-+]?\d+)?)\s*(\S*)/.exec(figure);
    if (!m) return -1;
    if (m[2] === "min") return m[1] * 60;
    return m[1] * (m[2].length > 1 && !m[2].startsWith("FLOP") && powers[m[2][0]] || 1);
  }

  // A section has a table and a tree of the same kernels.
  const sections = all("table.kernels").map((table) => {
    const root = table.closest("section");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((tr) => ({ tr, cells: [...tr.cells].map((c) => c.textContent.trim()) }));
    const leaves = all(".k[data-k]", root);
    for (const leaf of leaves) {
      const row = rows[leaf.dataset.k];
      const path = [];
      for (let d = leaf.closest("details"); d; d = d.parentElement.closest("details")) {
        path.push(d.querySelector("summary span").textContent);
      }
      row.leaf = leaf;
      row.words = [row.cells[1], row.cells[2], row.cells[3], ...path].join("\n").toLowerCase();
    }
    const heads = [...table.tHead.rows[0].cells];
    const folds = all(".tree details", root).map((at) => ({ at, open: at.open }));
    return { body, rows, heads, folds, names: heads.map((h) => h.textContent.trim()) };
  });

  function filter() {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const active = words.length > 0 || state.bound !== "";
    let shown = 0, total = 0;
    for (const s of sections) {
      for (const r of s.rows) {
        const hit = words.every((w) => r.words.includes(w)) && (!state.bound || r.cells[4] === state.bound);
        r.tr.hidden = r.leaf.hidden = !hit;
        total++;
        shown += hit;
      }
      for (const f of s.folds) {
        f.at.hidden = active && !f.at.querySelector(".k[data-k]:not([hidden])");
        if (active) f.at.open = true;
        else if (filter.was) f.at.open = f.open;
      }
    }
    filter.was = active;
    count.textContent = active ? `${shown} of ${total} kernels` : `${total} kernels`;
  }

  function sort() {
    for (const s of sections) {
      const col = s.names.indexOf(state.sort);
      const sign = state.dir === "desc" ? -1 : 1;
      const figures = col === 0 || col > 4;
      const rows = [...s.rows];
      if (col >= 0) {
        rows.sort((a, b) => sign * (figures ? value(a.cells[col]) - value(b.cells[col])
          : a.cells[col].localeCompare(b.cells[col])));
      }
      s.body.append(...rows.map((r) => r.tr));
      s.heads.forEach((h, i) => {
        if (i === col) h.setAttribute("aria-sort", sign < 0 ? "descending" : "ascending");
        else h.removeAttribute("aria-sort");
      });
    }
  }

  // save writes the state to the address, so that a link to the page keeps it.
  function save() {
    const hash = new URLSearchParams(Object.entries(state).filter(([, v]) => v)).toString();
    history.replaceState(null, "", "#" + hash);
  }

  // load takes the state from the address. An address of a heading leaves it as it is.
  function load() {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) return;
    const given = new URLSearchParams(hash);
    for (const key of Object.keys(state)) state[key] = given.get(key) || "";
    text.value = state.q;
    bound.value = state.bound;
    if (bound.selectedIndex < 0) bound.value = state.bound = "";
    filter();
    sort();
  }

  for (const s of sections) {
    s.heads.forEach((head, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = s.names[i];
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const first = i === 0 || (i > 0 && i < 5) ? "asc" : "desc";
        const again = state.sort === s.names[i];
        state.dir = !again ? first : state.dir === "asc" ? "desc" : "asc";
        state.sort = s.names[i];
        sort();
        save();
      });
    });
  }
  const changed = () => {
    state.q = text.value.trim();
    state.bound = bound.value;
    filter();
    save();
  };
  text.addEventListener("input", changed);
  bound.addEventListener("change", changed);
  form.addEventListener("submit", (e) => e.preventDefault());
  form.addEventListener("reset", () => setTimeout(changed));
  addEventListener("hashchange", load);
  form.hidden = false;
  filter();
  load();
})();
