const all = (css, from = document) => [...from.querySelectorAll(css)];
const byId = (id) => document.getElementById(id);

// make returns an element with properties, attributes and content.
function make(tag, props = {}, ...inside) {
  const out = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in out && name !== "list") out[name] = value;
    else out.setAttribute(name, value);
  }
  out.append(...inside);
  return out;
}

// short prints a figure in three digits, with a prefix of its unit.
function short(v, unit) {
  if (v === null || v === undefined || Number.isNaN(v)) return "not known";
  if (v === 0) return "0 " + unit;
  const steps = [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"], [1e-6, "µ"], [1e-9, "n"]];
  const [size, prefix] = steps.find(([s]) => Math.abs(v) >= s * 0.9995) || steps.at(-1);
  const digits = v / size;
  return `${Math.abs(digits) >= 99.95 ? digits.toFixed(0) : digits.toPrecision(3)} ${prefix}${unit}`;
}

// capacity prints bytes of memory in powers of 1024.
function capacity(v) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let i = 0;
  while (v >= 1024 && i < units.length - 1) { v /= 1024; i++; }
  return `${v >= 100 || i === 0 ? v.toFixed(0) : v.toPrecision(3)} ${units[i]}`;
}

const percent = (share) => share < 0.0995 ? `${(100 * share).toFixed(1)} %` : `${Math.round(100 * share)} %`;

// color returns a colour of the page's style, which follows light and dark.
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

// bytesOf returns what an element of the page holds in base64.
const bytesOf = (id) => Uint8Array.from(atob(byId(id).textContent.trim()), (c) => c.charCodeAt(0));

async function unpacked(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// state is what the page's address keeps.
const state = { at: "", over: "", q: "", bound: "", class: "", type: "", sort: "", dir: "", tree: "", pin: "", view: "", hide: "" };

// save writes the state to the address, so that a link to the page keeps it.
function save() {
  const hash = new URLSearchParams(Object.entries(state).filter(([, v]) => v)).toString();
  history.replaceState(null, "", "#" + hash);
}
