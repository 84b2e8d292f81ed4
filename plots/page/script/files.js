function download(name, blob) {
  const a = make("a", { href: URL.createObjectURL(blob), download: name });
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1000);
}

// perfetto opens a trace in Perfetto's page, which asks for it once it has started.
function perfetto(title, buffer, say) {
  const site = "https://ui.perfetto.dev";
  const page = open(site);
  if (!page) {
    say("the browser did not let the page open a window");
    return;
  }
  const ask = setInterval(() => page.postMessage("PING", site), 100);
  const end = setTimeout(() => clearInterval(ask), 60000);
  addEventListener("message", function heard(e) {
    if (e.source !== page || e.origin !== site || e.data !== "PONG") return;
    clearInterval(ask);
    clearTimeout(end);
    removeEventListener("message", heard);
    page.postMessage({ perfetto: { buffer, title } }, site);
  });
}

// files makes the buttons of a section work.
function files(s) {
  const box = s.root.querySelector(".files");
  const said = box.querySelector("output");
  const content = async (b) => {
    const bytes = bytesOf(b.dataset.file);
    return b.dataset.packed ? bytes : unpacked(bytes);
  };
  for (const b of all("button[data-file]", box)) {
    b.addEventListener("click", async () => download(s.data.file + b.dataset.suffix, new Blob([await content(b)], { type: b.dataset.kind })));
  }
  const trace = box.querySelector('button[data-suffix=".trace.json"]');
  const add = (text, title, onclick) => said.before(make("button", { type: "button", title, onclick }, text));
  add("PNG", "the roofline as it is shown", () => s.roof.u.ctx.canvas.toBlob((blob) => download(s.data.file + ".png", blob)));
  add("Open in Perfetto", "opens ui.perfetto.dev, which gets the trace", async () => perfetto(s.data.title, (await content(trace)).buffer, (text) => { said.textContent = text; }));
  box.hidden = false;
}
