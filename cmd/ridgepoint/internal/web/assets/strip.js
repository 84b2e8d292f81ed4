"use strict";
// strip returns a file without weights, as far as its format lets a page see them: an ONNX file without the data of
// tensors above `keep` bytes, the header of a GGUF file; others as they are. Nothing but heads of messages is read.
const strip = (() => {
  const keep = 1 << 16; // no reader looks at the values of larger tensors
  const headOfGGUF = 40 * 2 ** 20; // more than the longest vocabulary takes

  // Which fields of a message hold which other message with tensors inside, by the numbers of onnx.proto.
  const inside = {
    model: { 7: "graph", 25: "func" },
    graph: { 1: "node", 5: "tensor", 15: "sparse" },
    node: { 5: "attr" },
    attr: { 5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse" },
    func: { 7: "node", 11: "attr" },
    sparse: { 1: "tensor", 2: "tensor" },
    tensor: {},
  };
  const data = new Set([4, 5, 7, 9, 10, 11]); // of a tensor, in all forms but texts
  const text = (s) => [s.length, ...new TextEncoder().encode(s)];
  const field = (n, body) => [n << 3 | 2, ...varint(body.length), ...body];
  // A tensor without data says that they are elsewhere, in a file that need not be there.
  const elsewhere = () => [...field(13, [0x0a, ...text("location"), 0x12, ...text("weights.bin")]), 14 << 3, 1];

  function varint(n) {
    const out = [];
    for (; n > 127; n = Math.floor(n / 128)) out.push(n % 128 | 128);
    return [...out, n];
  }

  // A Heads reads a file where messages begin, in windows.
  class Heads {
    constructor(file) { Object.assign(this, { file, from: 0, bytes: new Uint8Array() }); }

    async at(i) {
      if (i < this.from || i + 24 > this.from + this.bytes.length) {
        this.from = i;
        this.bytes = new Uint8Array(await this.file.slice(i, i + keep).arrayBuffer());
      }
      this.i = i - this.from;
    }

    varint() {
      let v = 0;
      for (let scale = 1; ; scale *= 128) {
        const b = this.bytes[this.i++];
        if (b === undefined || scale > 2 ** 49) throw new Error("found no number");
        v += (b & 127) * scale;
        if (b < 128) return v;
      }
    }
  }

  // span returns what a field is and where its body ends.
  function span(heads) {
    const tag = heads.varint(), number = Math.floor(tag / 8), type = tag % 8;
    const lengths = { 0: () => heads.varint() * 0, 1: () => 8, 2: () => heads.varint(), 5: () => 4 };
    if (number < 1 || !(type in lengths)) throw new Error("found no field");
    const n = lengths[type]();
    const body = heads.from + heads.i;
    return { tag, number, body, end: body + n, long: type === 2 && n > keep };
  }

  // message returns the parts of a message between two places, and the bytes that they take.
  async function message(heads, from, to, kind) {
    const parts = [];
    let size = 0, dropped = false, kept = from; // what stands from kept on is not among the parts yet
    const add = (part, n) => { parts.push(part); size += n; };
    const copy = (end) => { if (end > kept) add(heads.file.slice(kept, end), end - kept); };
    for (let i = from, f; i < to; i = f.end) {
      await heads.at(i);
      f = span(heads);
      if (f.end > to) throw new Error("a field ends behind its message");
      const sub = inside[kind][f.number], gone = kind === "tensor" && data.has(f.number);
      if (!f.long || !sub && !gone) continue;
      copy(i);
      kept = f.end;
      dropped ||= gone;
      if (gone) continue;
      const inner = await message(heads, f.body, f.end, sub);
      const head = new Uint8Array([...varint(f.tag), ...varint(inner.size)]);
      add(head, head.length);
      for (const p of inner.parts) parts.push(p);
      size += inner.size;
    }
    copy(to);
    if (dropped) {
      const tail = new Uint8Array(elsewhere());
      add(tail, tail.length);
    }
    return { parts, size };
  }

  return async (file) => {
    const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
    const named = (body) => new File(body, file.name);
    if (String.fromCharCode(...head) === "GGUF") return file.size > headOfGGUF ? named([file.slice(0, headOfGGUF)]) : file;
    if (head[0] !== 8 || file.size <= keep) return file; // 8: the version of an ONNX file
    try {
      return named((await message(new Heads(file), 0, file.size, "model")).parts);
    } catch {
      return file; // the server says what is wrong with it
    }
  };
})();
