"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const [drop, file, chosen, model, device, search] = ["drop", "file", "chosen", "model", "device", "search"].map(at);

  // A file may be dropped anywhere: a browser would leave the page for it.
  const over = (on) => (e) => {
    if (!e.dataTransfer || ![...e.dataTransfer.types].includes("Files")) return;
    e.preventDefault();
    drop.classList.toggle("over", on);
  };
  addEventListener("dragover", over(true));
  addEventListener("dragleave", over(false));
  addEventListener("drop", (e) => {
    over(false)(e);
    if (!e.dataTransfer.files.length) return;
    file.files = e.dataTransfer.files;
    show();
  });
  const show = () => {
    const f = file.files[0];
    chosen.textContent = f ? `${f.name}, ${(f.size / 2 ** 20).toFixed(1)} MiB` : "";
    if (f) model.value = "";
  };
  file.addEventListener("change", show);
  model.addEventListener("input", () => {
    if (!model.value) return;
    file.value = "";
    show();
  });

  // Devices are found by all words that are typed; those that are picked stay.
  const options = [...device.options];
  const find = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    device.replaceChildren(...options.filter((o) => o.selected || words.every((w) => o.textContent.toLowerCase().includes(w))));
  };
  const picked = () => {
    const names = options.filter((o) => o.selected).map((o) => o.value);
    at("picked").textContent = names.length ? `picked: ${names.join(", ")}` : "";
  };
  search.addEventListener("input", find);
  search.addEventListener("keydown", (e) => {
    if (e.key !== "Enter") return;
    e.preventDefault();
    const first = [...device.options].find((o) => !o.selected);
    if (first && search.value) first.selected = true;
    picked();
  });
  device.addEventListener("change", picked);
  at("find").hidden = false;
  picked();

  // A page that the browser kept comes back as it was.
  document.forms[0].addEventListener("submit", (e) => {
    if (!file.files.length && !model.value.trim()) {
      e.preventDefault();
      chosen.textContent = "choose a file, or name a built-in model";
      file.focus();
      return;
    }
    at("busy").textContent = "estimating …";
  });
  addEventListener("pageshow", () => { at("busy").textContent = ""; });
})();
