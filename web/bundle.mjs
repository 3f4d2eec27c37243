// Page, style, scripts, languages and the two libraries → report.html, the template that cargo build takes.
// `node bundle.mjs` writes it, `node bundle.mjs --check` says whether the committed one is that build.
// The bundler and the libraries are those of package-lock.json (npm ci).
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const here = new URL(".", import.meta.url);
const read = (name) => readFileSync(new URL(name, here), "utf8");
const library = (name, file) => read(`node_modules/${name}/${file}`);

/** Our modules as one script. Names stay as they are: who opens the page can read it. */
async function bundled() {
  const made = await build({
    entryPoints: [new URL("src/main.js", here).pathname],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    minifyWhitespace: true,
    logLevel: "warning",
  });
  return made.outputFiles[0].text;
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

/** A library's licence, under its name and version. */
function licence(name) {
  const { version, license } = JSON.parse(library(name, "package.json"));
  return `${name} ${version} (${license})\n\n${library(name, "LICENSE").trim()}`;
}

const script = (text, kind = "") => `<script${kind}>\n${text.replace(/\n\/\/# sourceMappingURL=.*/, "").replaceAll("</script", "<\\/script")}\n</script>`;
// Leaflet's style names pictures for controls that are not used here; nothing may be asked of the network.
const leafletStyle = library("leaflet", "dist/leaflet.css").replace(/^[^\n]*url\([^\n]*$/gm, "").replace(/[\t\r]/g, "");
const licences = ["leaflet", "uplot"].map(licence).join("\n\n\n");
const filled = {
  STYLE: [leafletStyle, library("uplot", "dist/uPlot.min.css"), read("src/page.css")].join("\n"),
  LICENCES: licences.replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
  SCRIPTS: [
    script(library("leaflet", "dist/leaflet.js")),
    script(library("uplot", "dist/uPlot.iife.min.js")),
    script(`const TEXTS = ${texts()};\n${await bundled()}`, ' type="module"'),
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
