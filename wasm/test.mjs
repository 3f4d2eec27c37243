// The engine in Node, on the results of a run of the demo town: is every value of access.csv the same, to the bit?
// usage: node test.mjs MODULE.wasm OUT
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [module, out] = process.argv.slice(2);
const { parameters } = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));

/** Columns of a CSV file without quotation marks, by name. */
function columns(path) {
  const [head, ...rows] = readFileSync(path, "utf8").trimEnd().split("\n").map((line) => line.split(","));
  return Object.fromEntries(head.map((name, i) => [name, rows.map((row) => row[i])]));
}

/** A number, or null where nothing is known. */
const number = (text) => (text === "" ? null : Number(text));

/** The part of the network's files with this name; a run of the demo has one of each. */
function part(name) {
  const folder = join(out, "network");
  const files = readdirSync(folder).filter((file) => file.startsWith(`${name}-`));
  if (files.length !== 1) throw new Error(`${files.length} parts called ${name}, where one is expected`);
  return readFileSync(join(folder, files[0]));
}

const seconds = (clock) => clock.split(":").reduce((sum, digits) => 60 * sum + Number(digits), 0);

const cells = columns(join(out, "base", "cells.csv"));
const [profile] = parameters.profile;
const [period] = parameters.period;
const names = ["streets", "timetable", "links", "walks"];
const parts = names.map(part);
const [start_s, end_s] = period.depart.split("/").map(seconds);
const request = {
  zone: "Europe/Stockholm",
  date: period.date,
  start_s,
  end_s,
  every_s: period.every_s,
  traveller: { ...profile, transit: profile.modes.includes("transit") },
  cutoffs_min: parameters.access.cutoffs_min,
  percentiles: parameters.access.percentiles,
  own_cell_s: parameters.access.own_cell_s,
  lon: cells.lon.map(Number),
  lat: cells.lat.map(Number),
  opportunities: parameters.cells.opportunities.map((name) => ({ name, values: cells[name].map(Number) })),
  // The walks of the cells are their street legs.
  parts: Object.fromEntries(names.map((name, i) => [name === "walks" ? "legs" : name, parts[i].length])),
};

const up = (length) => Math.ceil(length / 8) * 8;
const head = new TextEncoder().encode(JSON.stringify(request));
const length = parts.reduce((at, bytes) => up(at) + bytes.length, 4 + head.length);
const { instance } = await WebAssembly.instantiate(readFileSync(module), {});
const { memory, room, answer, give_back } = instance.exports;

const at = room(length);
const message = new Uint8Array(memory.buffer, at, length);
new DataView(memory.buffer).setUint32(at, head.length, true);
message.set(head, 4);
let offset = up(4 + head.length);
for (const bytes of parts) {
  message.set(bytes, offset);
  offset = up(offset + bytes.length);
}
const began = performance.now();
const found = answer(at, length);
const took = performance.now() - began;
const bytes = new DataView(memory.buffer).getUint32(found, true);
const told = JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, found + 4, bytes)));
give_back(found, bytes + 4);
give_back(at, length);
if (told.error) throw new Error(told.error);

const expected = columns(join(out, "base", `${profile.name}-${period.name}`, "access.csv"));
let compared = 0;
told.names.forEach((name, column) => {
  told.values[column].forEach((value, cell) => {
    const wanted = number(expected[name][cell]);
    if (!Object.is(value, wanted)) throw new Error(`${name} of ${expected.id[cell]}: ${value}, and ${wanted} in access.csv`);
    compared += 1;
  });
});
if (compared === 0) throw new Error("nothing was compared");
console.log(`${compared} values of ${told.names.length} columns are the same bits as the program's; ${took.toFixed(0)} ms`);
