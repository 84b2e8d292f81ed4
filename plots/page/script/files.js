function download(name, blob) {
  const a = make("a", { href: URL.createObjectURL(blob), download: name });
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1000);
}

// How long the page asks Perfetto whether it has started, in milliseconds.
const patience = 30000;

// perfetto opens a trace in Perfetto's page, which asks for it once it has started. The page opens first: browsers let a
// click open one only at once.
function perfetto(title, trace, say) {
  const site = "https://ui.perfetto.dev";
  const page = open(site);
  if (!page) {
    say("The browser did not let this page open a window.");
    return;
  }
  say("Waiting for Perfetto …");
  const ask = setInterval(() => page.closed ? end("") : page.postMessage("PING", "*"), 100);
  const end = (text) => {
    clearInterval(ask);
    clearTimeout(late);
    removeEventListener("message", heard);
    say(text);
  };
  const late = setTimeout(() => end("Perfetto did not answer. Download the trace and drop it on its page."), patience);
  const heard = async (e) => {
    if (e.source !== page || e.origin !== site || e.data !== "PONG") return;
    end("");
    page.postMessage({ perfetto: { buffer: (await trace).buffer, title } }, site);
  };
  addEventListener("message", heard);
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
  if (s.roof) add("PNG", "the roofline as it is shown", () => s.roof.u.ctx.canvas.toBlob((blob) => download(s.data.file + ".png", blob)));
  add("Open in Perfetto", "opens ui.perfetto.dev, which gets the trace", () => perfetto(s.data.title, content(trace), (text) => { said.textContent = text; }));
  box.hidden = false;
}
