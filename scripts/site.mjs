// Assembles the site: the module of wasm-bindgen, the stylesheet, and the public files. Names of built files contain a hash
// of their content, and each file has a copy in brotli and one in gzip, where that is smaller.
//   node scripts/site.mjs FOLDER_OF_WASM_BINDGEN SITE
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";
import { createRequire } from "node:module";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(path.join(root, "end2end/package.json"));
const { transformSync } = require("esbuild");
const { bundle } = require("lightningcss");

const [bound, site] = process.argv.slice(2);
const pkg = path.join(site, "pkg");

// Lightning CSS writes what these understand: the oldest browsers that docs/browsers.md names.
const version = (major) => major << 16;
const targets = { chrome: version(89), edge: version(89), firefox: version(94), safari: version(15), ios_saf: version(15) };

function styles() {
  const filename = path.join(root, "style/main.css");
  return bundle({ filename, minify: true, targets }).code;
}

function script() {
  const text = fs.readFileSync(path.join(bound, "vestibule.js"), "utf8");
  return Buffer.from(transformSync(text, { minify: true, format: "esm", target: "es2022", legalComments: "none" }).code);
}

function write(file, bytes) {
  fs.writeFileSync(file, bytes);
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
  const params = { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  for (const [end, coded] of [
    [".br", zlib.brotliCompressSync(bytes, { params })],
    [".gz", zlib.gzipSync(bytes, { level: 9 })],
  ]) {
    if (coded.length < bytes.length) fs.writeFileSync(file + end, coded);
  }
}

fs.rmSync(site, { recursive: true, force: true });
fs.mkdirSync(pkg, { recursive: true });
for (const [kind, bytes] of [
  ["css", styles()],
  ["js", script()],
  ["wasm", fs.readFileSync(path.join(bound, "vestibule_bg.wasm"))],
]) {
  const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  write(path.join(pkg, `vestibule.${hash}.${kind}`), bytes);
}
const files = path.join(root, "public");
for (const name of fs.readdirSync(files)) write(path.join(site, name), fs.readFileSync(path.join(files, name)));
