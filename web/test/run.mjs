// report.html in a real Chromium: opened from disk, pointed at, clicked through, printed and timed.
// node run.mjs ISOKRON [CHROMIUM]
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { HURTFUL, demo, demoOfModes, region } from "./made.mjs";

const repository = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../..");
const isokron = resolve(process.argv[2]);
const executablePath = process.argv[3] || "/usr/bin/chromium";
const scratch = mkdtempSync(join(tmpdir(), "isokron-report-"));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const complaints = [];

/** A page of a folder of results, ready. Whatever it complains of or asks of a network is a fault. */
async function opened(out, hash = "", viewport = { width: 1400, height: 900 }) {
  const context = await browser.newContext({ viewport, locale: "en-GB" });
  const page = await context.newPage();
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.stack}`));
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(join(out, "report.html")).href + hash);
  await ready(page);
  return page;
}

const ready = (page) => page.waitForFunction(() => document.documentElement.dataset.ready === "all");
const title = (page) => page.locator("#now h2").innerText();
/** Charts and table follow the map after a moment. */
const settled = (page) => page.waitForTimeout(450);

function tableOf(file) {
  const [head, ...rows] = readFileSync(file, "utf8").trim().split("\n").map((line) => line.split(","));
  return rows.map((row) => Object.fromEntries(head.map((name, k) => [name, row[k]])));
}

/** Where a cell's middle is on the screen. */
const spot = (page, cell) =>
  page.evaluate((i) => {
    const { map, cells, latLng } = window.isokron;
    const { x, y } = map.latLngToContainerPoint(latLng(cells.x[i], cells.y[i]));
    const box = document.getElementById("map").getBoundingClientRect();
    return { x: x + box.left + 1, y: y + box.top + 1, inside: x > 280 && y > 20 && x < box.width - 60 && y < box.height - 20 };
  }, cell);

/** What stands beside the pointer, as the table would have it. */
async function hovered(page, cell) {
  const at = await spot(page, cell);
  await page.mouse.move(at.x, at.y);
  return (await page.locator("#tip strong").innerText()).replaceAll(",", "");
}

const asShown = (text) => (text === "" ? "no value" : text === "inf" ? "never reached" : text);

async function valuesOnHover(out) {
  const page = await opened(out);
  const ids = await page.evaluate(() => window.isokron.ids);
  let compared = 0;
  for (const [measure, folder, hash] of [
    ["jobs_30min_p50", "adult-morning", "#m=jobs_30min_p50&r=0"],
    ["healthcare_45min_p25", "slow-evening", "#m=healthcare_45min_p25&r=3"],
    ["schools_nearest_1_s_p50", "adult-evening", "#m=schools_nearest_1_s_p50&r=1"],
    ["link_m", "adult-morning", "#m=link_m&r=0"],
  ]) {
    const table = tableOf(join(out, `base/${folder}/access.csv`));
    assert.ok(table[0][measure] !== undefined, `${measure} in ${Object.keys(table[0])}`);
    await page.evaluate((hash) => (location.hash = hash), hash);
    await settled(page);
    for (let i = 0; i < ids.length; i += 23) {
      if (!(await spot(page, i)).inside) continue;
      assert.equal(table[i].id, ids[i]);
      assert.equal(await hovered(page, i), asShown(table[i][measure]), `${measure} of ${ids[i]}`);
      compared += 1;
    }
    // All values, not those under the pointer alone.
    const all = await page.evaluate(([r, m]) => [...window.isokron.valuesOf(window.isokron.results[r], m)], [Number(hash.at(-1)), measure]);
    table.forEach((row, i) => {
      const value = row[measure] === "" ? NaN : row[measure] === "inf" ? Infinity : Number(row[measure]);
      assert.ok(Object.is(all[i], value) || all[i] === value, `${measure} of ${row.id}: ${all[i]} is not ${value}`);
    });
  }
  assert.ok(compared > 40, `only ${compared} cells were on the screen`);
  console.log(`hover: ${compared} values as in the tables`);
  await page.close();
}

async function everyControl(out) {
  const page = await opened(out);
  let tried = 0;
  for (const id of ["measure", "scenario", "profile", "period", "compare", "contrast", "classes", "number"]) {
    const list = page.locator(`select#${id}`);
    if (!(await list.count())) continue;
    for (const value of await list.locator("option").evaluateAll((options) => options.map((option) => option.value))) {
      await page.selectOption(`#${id}`, value);
      await settled(page);
      assert.equal(await page.locator(`select#${id}`).inputValue(), value, id);
      tried += 1;
    }
    await page.evaluate(() => (location.hash = "#m=jobs_30min_p50"));
    await settled(page);
  }
  for (const [name, says] of [["cutoff", /within 15 min/i], ["percentile", /p25/]]) {
    await page.locator(`#${name} .choice`).first().click();
    await settled(page);
    assert.match(await title(page), says);
    tried += 1;
  }
  // Classes: as many colours as asked for.
  await page.selectOption("#classes", "equal");
  await page.selectOption("#number", "4");
  assert.equal(await page.locator("#legend .swatch[style*='rgb']").count(), 4);
  // A difference has a middle, and says who gains.
  await page.selectOption("#compare", { index: 1 });
  await settled(page);
  assert.match(await title(page), /difference/);
  assert.equal(await page.locator("#changes").count(), 1);
  assert.match(await page.locator("#legend").innerText(), /the same/);
  await page.selectOption("#compare", "");
  await settled(page);
  for (const id of ["histogram", "lorenz", "equity", "income"]) {
    assert.match(await page.locator(`#${id} .says`).innerText(), /\d/, `${id} says a number`);
  }
  await page.selectOption("#period", "evening");
  await settled(page);
  assert.match(await page.locator("#hours .says").innerText(), /2[0-2]:00/);
  for (const value of await page.locator("#index option").evaluateAll((options) => options.map((option) => option.value))) {
    await page.selectOption("#index", value);
    tried += 1;
  }
  for (const [code, word] of [["sv", "Sök ruta"], ["de", "Diagramme"], ["en", "Charts"]]) {
    await page.selectOption("#language", code);
    await settled(page);
    assert.equal(await page.evaluate(() => document.documentElement.lang), code);
    assert.ok((await page.locator("main").innerText()).includes(word), code);
    assert.ok(!/\{\w+\}/.test(await page.locator("body").innerText()), `${code}: a place in a text was not filled`);
    tried += 1;
  }
  await page.click("#link");
  // The clipboard answers when it likes.
  await page.waitForFunction(() => document.getElementById("said").textContent !== "");
  await page.click(".leaflet-control-zoom-in");
  await settled(page);
  const near = await page.evaluate(() => window.isokron.map.getZoom());
  await page.click("#whole");
  await settled(page);
  assert.ok((await page.evaluate(() => window.isokron.map.getZoom())) < near, "the whole region is seen again");
  console.log(`controls: ${tried} choices`);
  await page.close();
}

/** A contrast's values and figures are those of its own tables. */
async function contrasts(out) {
  const page = await opened(out, "#m=jobs_30min_p50&k=0");
  const name = await page.evaluate(() => window.isokron.contrasts[0].name);
  const table = tableOf(join(out, `base/${name}/access.csv`));
  const { all, decimals } = await page.evaluate(() => {
    const { contrasts, valuesOf } = window.isokron;
    const { values } = contrasts[0].measures.find((measure) => measure.name === "jobs_30min_p50");
    return { all: [...valuesOf(contrasts[0], "jobs_30min_p50")], decimals: values.d };
  });
  table.forEach((row, i) => {
    const value = row.jobs_30min_p50 === "" ? NaN : Number(row.jobs_30min_p50);
    const off = Math.abs(all[i] - value);
    assert.ok(Number.isNaN(value) ? Number.isNaN(all[i]) : off <= 0.5000001 * 10 ** -decimals, `${row.id}: ${all[i]} is not ${value}`);
  });
  assert.match(await title(page), /adult ÷ slow/);
  assert.match(await page.locator("#equity .says").innerText(), /\d/);
  console.log(`contrasts: ${table.length} values of ${name}`);
  await page.close();
}

/** Modes by their words; two of them cell by cell, from the tables' columns and from the study's own contrast. */
async function modes(out) {
  const page = await opened(out, "#m=jobs_45min_p50");
  const choices = (id) => page.locator(`#${id} option`).allInnerTexts();
  const words = {
    sv: ["Kollektivtrafik", "Cykel", "Bil", "Kollektivtrafik eller bil, infartsparkering"],
    de: ["Öffentlicher Verkehr", "Fahrrad", "Auto", "Öffentlicher Verkehr oder Auto, Park-and-ride"],
    en: ["Public transport", "Bicycle", "Car", "Public transport or car, park and ride"],
  };
  for (const [code, expected] of Object.entries(words)) {
    await page.selectOption("#language", code);
    await settled(page);
    assert.deepEqual(await choices("mode"), expected, code);
  }
  // Of two who cycle, the name says who; of one who drives, the mode alone does.
  assert.equal(await page.locator("#profile").count(), 0);
  await page.locator("#mode").focus();
  await page.selectOption("#mode", { label: "Bicycle" });
  await settled(page);
  assert.equal(await page.evaluate(() => document.activeElement.id), "mode", "the focus stays");
  assert.deepEqual(await choices("profile"), ["cyclist", "hurried"]);
  await page.selectOption("#profile", "hurried");
  await settled(page);
  assert.match(await page.locator("#now p").innerText(), /^Bicycle · hurried/);
  assert.ok((await choices("compare")).includes("Bicycle (cyclist)"));
  await page.selectOption("#compare", { label: "Car" });
  await settled(page);
  const ids = await page.evaluate(() => window.isokron.ids);
  const column = (profile, measure) => tableOf(join(out, `base/${profile}-morning/access.csv`)).map((row) => row[measure] === "" ? NaN : row[measure] === "inf" ? Infinity : Number(row[measure]));
  const compare = async (measure, profiles, expected, says) => {
    const [one, other] = profiles.map((profile) => column(profile, measure));
    let compared = 0;
    for (let i = 0; i < ids.length; i += 29) {
      if (!(await spot(page, i)).inside) continue;
      assert.equal(await hovered(page, i), expected(one[i], other[i]), `${profiles} of ${ids[i]}`);
      if (Number.isFinite(one[i])) assert.ok((await page.locator("#tip").innerText()).replaceAll(",", "").includes(`: ${one[i]}`), "the tip has both sides");
      compared += 1;
    }
    assert.ok(compared > 10);
    assert.match(await title(page), says);
    return compared;
  };
  const plus = (value) => (value > 0 ? `+${value}` : String(value));
  const minus = (a, b) => (Number.isFinite(a - b) ? plus(a - b) : "no value");
  const over = (a, b) => (Number.isFinite(a / b) ? String(Math.round((a / b) * 1000) / 1000) : "no value");
  let compared = await compare("jobs_45min_p50", ["hurried", "driver"], minus, /: Bicycle \(hurried\) − Car$/i);
  assert.match(await page.locator("#changes .says").innerText(), /“Car”, for \d/);
  // By keys: the other way to compare, and the focus stays.
  await page.locator("#how input").first().focus();
  await page.keyboard.press("ArrowRight");
  await settled(page);
  assert.equal(await page.evaluate(() => document.activeElement.value), "ratio");
  compared += await compare("jobs_45min_p50", ["hurried", "driver"], over, /: Bicycle \(hurried\) ÷ Car$/i);
  // As many classes below as above the middle, in colours of their own.
  const bounds = await page.locator("#legend .bound").allInnerTexts();
  assert.equal(bounds.indexOf("the same"), 3, String(bounds));
  assert.equal(await page.evaluate(() => new Set([...document.querySelectorAll("#legend .swatch[style*='rgb']")].map((one) => one.style.background)).size >= 7), true);
  // Transit ÷ car is a contrast of the study, and so its figures of equity are there; the page's own column is its twin.
  await page.evaluate(() => (location.hash = "#m=schools_nearest_1_s_p50&r=0&d=3&h=ratio"));
  await settled(page);
  compared += await compare("schools_nearest_1_s_p50", ["adult", "driver"], over, /: Public transport ÷ Car$/);
  assert.match(await page.locator("#equity .says").innerText(), /\d/);
  // More than once the car's time is worse: not blue but orange.
  const [slow] = await page.evaluate(() => {
    const { layer, contrasts, valuesOf } = window.isokron;
    const values = valuesOf(contrasts[0], "schools_nearest_1_s_p50");
    const most = values.reduce((best, value, i) => (value > values[best] || Number.isNaN(values[best]) ? i : best), 0);
    return [layer.classes.colours[layer.classes.of[most]]];
  });
  assert.match(slow, /^rgb\(143,59,6\)$/);
  // Travel times from a cell, too.
  const at = await spot(page, 300);
  await page.mouse.click(at.x, at.y);
  await page.click("#times");
  await settled(page);
  assert.match(await title(page), /Travel time from \d+: Public transport ÷ Car/);
  const times = await page.evaluate(() => [0, 3].map((r) => window.isokron.timesOf(r, 300)));
  for (const i of [310, 350, 400]) assert.equal(await hovered(page, i), over(times[0][i] ?? NaN, times[1][i] ?? NaN));
  console.log(`modes: ${compared} comparisons as in the tables`);
  await page.close();
}

/** Streets by stress, as the map has them: off at first, turned on by key, with a legend that has the lengths. */
async function stress(out) {
  const page = await opened(out);
  const drawn = () => page.evaluate(() => Boolean(window.isokron.layer.scene.stress));
  assert.equal(await drawn(), false, "off by default");
  await page.locator("#stress").focus();
  await page.keyboard.press("Space");
  await settled(page);
  assert.equal(await drawn(), true);
  assert.equal(await page.evaluate(() => document.activeElement.id), "stress");
  const map = JSON.parse(readFileSync(join(out, "map.json"), "utf8"));
  const [{ table, km }] = map.stress;
  assert.equal(map.stress.length, 1);
  const legend = page.locator("#stress-legend");
  assert.match(await legend.innerText(), new RegExp(`table ${table}`));
  assert.match(await page.evaluate(() => location.hash), /s=1/);
  const shares = await legend.locator(".share").allInnerTexts();
  assert.deepEqual(shares.map((text) => Number.parseFloat(text.replaceAll(",", ""))), km.map((n) => Number(n.toPrecision(4))));
  // Some thousandth of the picture at least is in the colour of each level that there is.
  const counts = await page.evaluate(() => {
    const { width, height } = window.isokron.layer._container;
    const { data } = window.isokron.layer._container.getContext("2d").getImageData(0, 0, width, height);
    const colours = [[8, 81, 156], [79, 163, 217], [240, 160, 48], [165, 15, 21]];
    const near = (k, i) => colours[k].every((value, c) => Math.abs(value - data[4 * i + c]) < 12);
    return colours.map((_, k) => Array.from({ length: width * height }, (_, i) => near(k, i)).filter(Boolean).length);
  });
  km.forEach((length, k) => assert.equal(counts[k] > 0, length > 0, `level ${k + 1}: ${counts[k]} points, ${length} km`));
  const sum = km.reduce((all, length) => all + length, 0);
  console.log(`stress: ${sum.toFixed(1)} km in ${JSON.stringify(map.stress).length} characters`);
  await page.close();
}

async function cellsAndTimes(out) {
  const times = join(scratch, "times.csv");
  execFileSync(isokron, ["matrix", "-q", join(out, "../study.toml"), "--profile", "adult", "--period", "morning", "-o", times]);
  const page = await opened(out);
  const ids = await page.evaluate(() => window.isokron.ids);
  const from = 300;
  const at = await spot(page, from);
  await page.mouse.click(at.x, at.y);
  assert.match(await page.locator("#detail h2").innerText(), new RegExp(ids[from]));
  await page.click("#times");
  await settled(page);
  assert.match(await title(page), new RegExp(ids[from]));
  const rows = tableOf(times).filter((row) => row.from_id === ids[from]);
  const column = Object.keys(rows[0])[2];
  const expected = new Map(rows.map((row) => [row.to_id, Number(row[column])]));
  let compared = 0;
  for (let i = 5; i < ids.length; i += 41) {
    if (!(await spot(page, i)).inside) continue;
    const seconds = expected.get(ids[i]);
    const text = seconds === undefined ? "never reached" : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    assert.equal(await hovered(page, i), text, `from ${ids[from]} to ${ids[i]}`);
    // Nobody walks all the way for longer than half an hour.
    const tip = await page.locator("#tip").innerText();
    assert.equal(/on foot|public transport/.test(tip), seconds !== undefined, tip);
    if (seconds > 1800) assert.match(tip, /public transport/);
    compared += 1;
  }
  assert.ok(compared > 8);
  await hovered(page, from);
  assert.match(await page.locator("#tip").innerText(), /on foot/);
  // Cells that are not ok say so.
  const island = ids.indexOf("7015006578500");
  await page.fill("#search", "70150065785");
  await page.keyboard.press("Enter");
  await settled(page);
  assert.match(await page.locator("#detail h2").innerText(), /7015006578500/);
  assert.match(await page.locator("#detail").innerText(), /island/);
  assert.ok(island >= 0);
  // A stop with a hurtful name is found, shown and harmless.
  await page.fill("#search", HURTFUL.slice(0, 12));
  assert.ok((await page.locator("#hits").innerText()).includes(HURTFUL));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await settled(page);
  assert.equal(await page.evaluate(() => window.hurt), undefined, "no text of the data runs");
  console.log(`a cell's travel times: ${compared} as in the matrix`);
  await page.close();
}

async function linksAndKeys(out) {
  const page = await opened(out);
  await page.selectOption("#measure", "schools");
  await page.locator("#map").focus();
  await page.keyboard.press("Equal");
  await settled(page);
  await page.keyboard.press("ArrowUp");
  await settled(page);
  await page.keyboard.press("Enter");
  await settled(page);
  const view = () => ({ title: document.querySelector("#now h2").textContent, at: window.isokron.map.getCenter().toString().replace(/(\.\d{3})\d*/g, "$1"), zoom: window.isokron.map.getZoom(), cell: document.querySelector("#detail h2")?.textContent });
  const before = await page.evaluate(view);
  const hash = await page.evaluate(() => location.hash);
  const other = await opened(out, hash);
  assert.deepEqual(await other.evaluate(view), before, "a link restores the view");
  // The table by keys: sorted, turned, and a row chosen.
  await page.locator("#sort-value").focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#table th[aria-sort='descending']").count(), 1);
  const cells = await page.locator("#table tbody td:last-child").allInnerTexts();
  const numbers = cells.map((text) => Number(text.replaceAll(",", "")));
  assert.deepEqual(numbers, numbers.slice().sort((a, b) => b - a));
  await page.locator("#next").focus();
  await page.keyboard.press("Enter");
  assert.match(await page.locator("#table .turn").innerText(), /21/);
  const unnamed = await page.evaluate(() =>
    [...document.querySelectorAll("button, select, input, [role=img], [role=application]")].filter(
      (one) => !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length),
    ).length,
  );
  assert.equal(unnamed, 0, "everything that can be used has a name");
  console.log("links, keys, names");
  await page.close();
  await other.close();
}

async function widths(out, hash) {
  for (const width of [360, 768, 1400]) {
    const page = await opened(out, hash, { width, height: 800 });
    const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
    assert.ok(wide <= width, `${width}: the page is ${wide} wide`);
    await page.close();
  }
}

async function widthsAndPrint(out) {
  await widths(out, "");
  const page = await opened(out);
  const pdf = await page.pdf({ format: "A4", printBackground: true });
  assert.ok(pdf.length > 50_000, "the print has pictures");
  console.log(`360, 768 and 1400 pixels wide; printed`);
  await page.close();
}

async function timings(n, measures) {
  const out = region(isokron, n, measures, join(scratch, `region${n}`));
  const size = statSync(join(out, "report.html")).size;
  const page = await opened(out);
  const found = await page.evaluate(async () => {
    const { map, layer } = window.isokron;
    const point = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const redraw = () => {
      layer.redraw();
      // Reading a point of a copy makes the drawing happen now.
      const begin = performance.now();
      point.drawImage(layer._container, 0, 0, 1, 1);
      point.getImageData(0, 0, 1, 1);
      return layer.took + performance.now() - begin;
    };
    const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
    const whole = median(Array.from({ length: 5 }, redraw));
    map.setZoom(map.getZoom() + 3, { animate: false });
    const near = median(Array.from({ length: 5 }, redraw));
    return { first: window.isokron.first, whole, near };
  });
  const ms = (time) => `${Math.round(time)} ms`;
  console.log(
    `${n} cells × ${measures} measures: ${(size / 1e6).toFixed(2)} MB; first picture ${ms(found.first)}, ` +
      `redraw ${ms(found.whole)}, zoomed in ${ms(found.near)}`,
  );
  await page.close();
  return { size, ...found };
}

try {
  const out = demo(isokron, repository, join(scratch, "demo"));
  for (const test of [valuesOnHover, everyControl, contrasts, cellsAndTimes, linksAndKeys, widthsAndPrint]) await test(out);
  const ofModes = demoOfModes(isokron, repository, join(scratch, "modes"));
  for (const test of [modes, stress]) await test(ofModes);
  await widths(ofModes, "#r=4&d=3&h=ratio&s=1&lang=de");
  const { size } = await timings(30_000, 40);
  assert.ok(size < 5_000_000, `${size} bytes for 30,000 cells × 40 measures`);
  await timings(100_000, 10);
  assert.deepEqual(complaints, []);
  console.log("report.html: all as it should be");
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true });
}
