// A folder as one ZIP file (APPNOTE 6.3, stored and not packed). It is put together of the files
// themselves, so that a folder larger than the memory can be sent. Up to 4 GB and 65,535 files.
const TABLE = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export async function packed(files, name) {
  const parts = [];
  const index = [];
  let at = 0;
  let newest = 0;
  for (const file of files) {
    const path = new TextEncoder().encode(file.webkitRelativePath || file.name);
    const about = [20, 0x0800, 0, 0, 0x21, await checksum(file), file.size, file.size, path.length, 0];
    const head = record(0x04034b50, "HHHHHIIIHH", about);
    index.push(record(0x02014b50, "HHHHHHIIIHHHHHII", [20, ...about, 0, 0, 0, 0, at]), path);
    parts.push(head, path, file);
    at += head.length + path.length + file.size;
    newest = Math.max(newest, file.lastModified);
  }
  const length = index.reduce((sum, piece) => sum + piece.length, 0);
  const end = record(0x06054b50, "HHHHIIH", [0, 0, files.length, files.length, length, at, 0]);
  return new File([...parts, ...index, end], name, { type: "application/zip", lastModified: newest });
}

function record(mark, shape, values) {
  const size = [...shape].reduce((sum, kind) => sum + (kind === "I" ? 4 : 2), 4);
  const view = new DataView(new ArrayBuffer(size));
  view.setUint32(0, mark, true);
  let at = 4;
  [...shape].forEach((kind, number) => {
    if (kind === "I") view.setUint32(at, values[number], true);
    else view.setUint16(at, values[number], true);
    at += kind === "I" ? 4 : 2;
  });
  return new Uint8Array(view.buffer);
}

async function checksum(file) {
  let value = ~0;
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value: bytes } = await reader.read();
    if (done) return ~value >>> 0;
    for (let at = 0; at < bytes.length; at++) value = TABLE[(value ^ bytes[at]) & 255] ^ (value >>> 8);
  }
}
