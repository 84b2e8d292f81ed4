async function main() {
  const form = byId("filter"), count = byId("count");
  const controls = { q: byId("text"), bound: byId("bound"), class: byId("class"), type: byId("type"), at: byId("at"), over: byId("over") };
  const sections = await Promise.all(all("table.kernels").map(sectionOf));
  const several = sections.length > 1;

  for (const key of ["class", "type"]) {
    const values = [...new Set(sections.flatMap((s) => s.rows.map((r) => r[key])))].filter(Boolean).sort();
    controls[key].append(...values.map((v) => make("option", {}, v)));
  }
  for (const s of sections) {
    for (const key of ["at", "over"]) controls[key].append(make("option", { value: s.id }, s.data.label));
  }
  controls.at.append(make("option", { value: "all" }, "all, one below another"));
  for (const at of all(".several", form)) at.hidden = !several;

  // enliven adds the charts of a section when it is first shown.
  const enliven = (s) => {
    if (s.live) return;
    s.live = true;
    s.said = make("div", { "aria-live": "polite" });
    s.side = make("div", { class: "card side", hidden: true }, s.said, make("p", {},
      make("button", { type: "button", onclick: () => s.rows[s.pinned].tr.scrollIntoView({ block: "center" }) }, "in the table"), " ",
      make("button", { type: "button", onclick: () => s.rows[s.pinned].leaf.scrollIntoView({ block: "center" }) }, "in the tree"), " ",
      make("button", { type: "button", onclick: () => choose(s, -1) }, "let go")));
    const live = (name) => s.root.querySelector(`.live[data-live="${name}"]`);
    s.root.classList.add("enlivened");
    if (s.data.roofs.length && s.data.levels.length && s.rows.some(hasPlace)) {
      s.roof = new Roof(s, live("roof"), save);
    }
    live("roof").append(s.side);
    if (s.data.sweep) sweepChart(live("sweep"), s.data);
    if (s.data.alive && live("memory")) memoryChart(live("memory"), s.data);
    files(s);
  };

  const choose = (s, i) => {
    pin(s, i);
    state.pin = i >= 0 ? String(i) : "";
    save();
  };

  // apply shows the state.
  const apply = () => {
    const ids = sections.map((s) => s.id);
    const at = state.at === "all" || ids.includes(state.at) ? state.at : ids[0];
    for (const s of sections) {
      s.shown = at === "all" || s.id === at;
      s.root.hidden = !s.shown;
      const over = sections.find((o) => o.id === state.over);
      s.over = over && over !== s ? over : null;
      if (s.shown) enliven(s);
    }
    for (const [key, c] of Object.entries(controls)) c.value = key === "at" ? at : state[key];
    for (const key of ["bound", "class", "type", "over"]) {
      if (controls[key].selectedIndex < 0) controls[key].value = state[key] = "";
    }
    for (const c of all("select.order")) c.value = state.tree;
    filter(sections, count);
    sortTables(sections);
    sortTrees(sections);
    for (const s of sections) {
      if (!s.shown) continue;
      if (s.roof) s.roof.choices();
      pin(s, state.pin !== "" && s.rows[state.pin] ? Number(state.pin) : -1);
    }
  };

  // load takes the state from the address. An address of a heading shows its section.
  const load = () => {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) {
      if (sections.some((s) => s.id === hash)) Object.assign(state, { at: hash, pin: "", view: "" });
      apply();
      byId(hash)?.scrollIntoView();
      return;
    }
    const given = new URLSearchParams(hash);
    for (const key of Object.keys(state)) state[key] = given.get(key) || "";
    apply();
  };

  for (const s of sections) {
    s.heads.forEach((head, i) => {
      const button = make("button", { type: "button" }, s.names[i]);
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const first = i < 5 ? "asc" : "desc";
        const again = state.sort === s.names[i];
        state.dir = !again ? first : state.dir === "asc" ? "desc" : "asc";
        state.sort = s.names[i];
        sortTables(sections);
        save();
      });
    });
    s.body.addEventListener("click", (e) => {
      const i = s.rows.findIndex((r) => r.tr === e.target.closest("tr"));
      if (i >= 0) choose(s, i === s.pinned ? -1 : i);
    });
    s.tree.addEventListener("click", (e) => {
      const leaf = e.target.closest(".k[data-k]");
      if (leaf) choose(s, Number(leaf.dataset.k) === s.pinned ? -1 : Number(leaf.dataset.k));
    });
    // Arrows step through what is shown, in the order in which it is.
    const step = (box, rows, show) => box.addEventListener("keydown", (e) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (e.target !== box || (!by && e.key !== "Escape")) return;
      e.preventDefault();
      choose(s, by ? next(s, rows(), by) : -1);
      if (s.pinned >= 0) show(s.rows[s.pinned]).scrollIntoView({ block: "nearest" });
    });
    const order = (css) => () => all(css, s.root).map((at) => s.rows.find((r) => r.tr === at || r.leaf === at));
    step(s.table.parentElement, order(".kernels tbody tr"), (r) => r.tr);
    step(s.tree.parentElement, order(".k[data-k]"), (r) => r.leaf);
    const by = make("select", { class: "order", onchange: (e) => { state.tree = e.target.value; apply(); save(); } }, make("option", { value: "" }, "time"), make("option", { value: "wasted" }, "wasted time"));
    if (s.data.expected) s.tree.parentElement.before(make("p", { class: "sorts" }, make("label", {}, "Sort by ", by)));
  }

  const changed = () => {
    for (const [key, c] of Object.entries(controls)) state[key] = c.value.trim();
    if (state.at === sections[0].id) state.at = "";
    if (changed.at !== state.at || changed.over !== state.over) state.view = "";
    if (changed.at !== state.at) state.pin = "";
    Object.assign(changed, { at: state.at, over: state.over });
    apply();
    save();
  };
  for (const c of Object.values(controls)) c.addEventListener(c.tagName === "INPUT" ? "input" : "change", changed);
  form.addEventListener("submit", (e) => e.preventDefault());
  form.addEventListener("reset", (e) => {
    e.preventDefault();
    Object.assign(state, { q: "", bound: "", class: "", type: "", view: "", hide: "", pin: "" });
    apply();
    save();
  });
  addEventListener("hashchange", load);
  addEventListener("beforeprint", () => { for (const s of sections) s.root.hidden = false; });
  addEventListener("afterprint", () => { for (const s of sections) s.root.hidden = !s.shown; });
  form.hidden = false;
  load();
  Object.assign(changed, { at: state.at, over: state.over });
  document.documentElement.dataset.ready = "true";
}

main();
