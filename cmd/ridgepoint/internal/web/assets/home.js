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
  const form = document.forms[0], most = form.dataset.most;
  const size = (n) => n < 2 ** 20 ? `${Math.max(n / 1024, 0.1).toFixed(1)} KiB` : `${(n / 2 ** 20).toFixed(1)} MiB`;
  const tooLarge = (f) => f.size > most * 2 ** 20;
  // The file that is sent takes the place of the chosen one once its weights are left out.
  let working = Promise.resolve();
  const show = () => {
    const f = file.files[0];
    if (f) model.value = "";
    working = f ? choose(f) : Promise.resolve();
    if (!f) chosen.textContent = "";
  };
  const choose = async (f) => {
    chosen.textContent = `${f.name}, ${size(f.size)}`;
    const small = await strip(f);
    if (file.files[0] !== f) return; // another was chosen meanwhile
    if (small !== f) {
      const hold = new DataTransfer();
      hold.items.add(small);
      file.files = hold.files;
      chosen.textContent += `, ${size(small.size)} without weights`;
    }
    if (tooLarge(small)) chosen.textContent += `: more than the ${most} MiB that the server takes; export it to ONNX, or use the command line`;
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
  search.addEventListener("keypress", (e) => { if (e.key === "Enter") e.preventDefault(); }); // it would send the form
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

  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    if (!file.files.length && !model.value.trim()) {
      chosen.textContent = "choose a file, or name a built-in model";
      file.focus();
      return;
    }
    at("busy").textContent = "estimating …";
    await working;
    if (file.files.length && tooLarge(file.files[0])) {
      at("busy").textContent = "the file is too large";
      return;
    }
    form.submit();
  });
  // A page that the browser kept comes back as it was.
  addEventListener("pageshow", () => { at("busy").textContent = ""; });
})();
