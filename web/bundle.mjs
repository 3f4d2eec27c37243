// Page, style, scripts, languages and the two libraries → report.html, the template that cargo build takes.
// `node bundle.mjs` writes it, `node bundle.mjs --check` says whether the committed one is that build.
// The libraries come from the npm registry, in the versions and with the hashes of lock.json.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const here = new URL(".", import.meta.url);
const read = (name) => readFileSync(new URL(name, here), "utf8");
const hash = (kind, bytes, form) => createHash(kind).update(bytes).digest(form);

/** The files of a tarball that are asked for. */
function untar(bytes, wanted) {
  const files = {};
  for (let at = 0; at + 512 <= bytes.length && bytes[at]; ) {
    const text = (from, length) => bytes.toString("utf8", at + from, at + from + length).replace(/\0.*$/s, "");
    const size = parseInt(text(124, 12), 8);
    const name = text(0, 100).replace(/^package\//, "");
    if (wanted[name]) files[name] = bytes.toString("utf8", at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

async function fetched({ name, version, url, integrity, files }) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const tarball = Buffer.from(await answer.arrayBuffer());
  const found = `sha512-${hash("sha512", tarball, "base64")}`;
  if (found !== integrity) throw new Error(`${name} ${version}: ${found} is not the ${integrity} of lock.json`);
  const taken = untar(gunzipSync(tarball), files);
  for (const [file, sha256] of Object.entries(files)) {
    if (hash("sha256", taken[file] ?? "", "hex") !== sha256) throw new Error(`${name} ${version}: ${file} is another`);
  }
  return taken;
}

/** Modules in the order in which they need each other, as one: no import and export, each top name only once. */
function joined(entry) {
  const seen = new Set();
  const names = new Map();
  const parts = [];
  const visit = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    const text = read(`src/${name}`);
    for (const [, other] of text.matchAll(/^import [^;]*?from "\.\/(.*?)";$/gms)) visit(other);
    for (const [, top] of text.matchAll(/^(?:export )?(?:async )?(?:const|let|class|function) (\w+)/gm)) {
      if (names.has(top)) throw new Error(`${top} stands in ${names.get(top)} and in ${name}`);
      names.set(top, name);
    }
    const body = text
      .replace(/^import [^;]*?;\n/gms, "")
      .replace(/^export \{[^}]*\};\n/gm, "")
      .replace(/^export /gm, "")
      // Comments on lines of their own and indents are for readers of the source.
      .replace(/^\s*\/\*\*.*?\*\/\n/gms, "")
      .replace(/^\s*\/\/.*\n/gm, "")
      .replace(/^\s*\/\* global .*\n/gm, "")
      .replace(/^[ ]+/gm, "")
      .replace(/\n{2,}/g, "\n");
    parts.push(body);
  };
  visit(entry);
  return parts.join("");
}

function texts() {
  const all = readdirSync(new URL("texts/", here)).sort();
  const languages = Object.fromEntries(all.map((file) => [file.replace(".json", ""), JSON.parse(read(`texts/${file}`))]));
  const keys = Object.keys(languages.en).sort().join();
  for (const [code, words] of Object.entries(languages)) {
    if (Object.keys(words).sort().join() !== keys) throw new Error(`texts/${code}.json has other keys than en.json`);
  }
  return JSON.stringify(languages);
}

const lock = JSON.parse(read("lock.json"));
const taken = Object.fromEntries(await Promise.all(lock.map(async (one) => [one.name, await fetched(one)])));
const { leaflet, uplot } = taken;
const script = (text, kind = "") => `<script${kind}>\n${text.replace(/\n\/\/# sourceMappingURL=.*/, "").replaceAll("</script", "<\\/script")}\n</script>`;
// Leaflet's style names pictures for controls that are not used here; nothing may be asked of the network.
const leafletStyle = leaflet["dist/leaflet.css"].replace(/^[^\n]*url\([^\n]*$/gm, "").replace(/\t/g, "").replace(/\r/g, "");
const licences = lock.map((one) => `${one.name} ${one.version} (${one.licence})\n\n${taken[one.name].LICENSE.trim()}`).join("\n\n\n");
const filled = {
  STYLE: [leafletStyle, uplot["dist/uPlot.min.css"], read("src/page.css")].join("\n"),
  LICENCES: licences.replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
  SCRIPTS: [
    script(leaflet["dist/leaflet.js"]),
    script(uplot["dist/uPlot.iife.min.js"]),
    script(`const TEXTS = ${texts()};\n${joined("main.js")}`, ' type="module"'),
  ].join("\n"),
};
const page = read("src/page.html").replace(/@@(STYLE|LICENCES|SCRIPTS)@@/g, (_, name) => filled[name]);

if (process.argv.includes("--check")) {
  if (read("report.html") !== page) {
    console.error("web/report.html is not what its sources give: run scripts/bundle_report and commit it");
    process.exit(1);
  }
  console.log(`web/report.html is what its sources give (${page.length} characters)`);
} else {
  writeFileSync(new URL("report.html", here), page);
  console.log(`web/report.html: ${page.length} characters`);
}
