// Folders of results to test with: the demo town with all that there is to choose, and made-up regions of many cells.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const HURTFUL = "</script><script>window.hurt = 1</script>";

/** The demo with two profiles, two periods (one by hour), two percentiles and a matrix; a stop with a hurtful name. */
export function demo(isokron, repository, folder) {
  cpSync(join(repository, "fixtures/skargard"), folder, { recursive: true, filter: (path) => !path.endsWith("/out") });
  const study = join(folder, "study.toml");
  const text = readFileSync(study, "utf8")
    .replace("percentiles = [50]", 'percentiles = [25, 50]\nby_hour = true\ncontrasts = ["adult / slow", "morning - evening"]')
    .replace('"geojson"]', '"geojson"]\nmatrix = true')
    .replace("[access]", `[[period]]\nname = "evening"\ndate = 2026-03-10\ndepart = "20:00/23:00"\nevery_s = 300\n
[[profile]]\nname = "slow"\nmodes = ["walk", "transit"]\nwalk_speed_mps = 0.8\nmax_walk_s = 1800\nmax_transfer_walk_s = 900
board_slack_s = 60\nmax_travel_time_s = 7200\n
[[measure]]\nkind = "nearest"\nof = ["schools"]\n\n[equity]\nbootstrap = { replicates = 100 }\n\n[access]`);
  writeFileSync(study, text);
  execFileSync(isokron, ["run", "-q", study], { stdio: ["ignore", "inherit", "inherit"] });
  const out = join(folder, "out");
  const map = JSON.parse(readFileSync(join(out, "map.json"), "utf8"));
  map.stops.names[0] = HURTFUL;
  writeFileSync(join(out, "map.json"), JSON.stringify(map));
  execFileSync(isokron, ["report", "-q", out]);
  return out;
}

/** The demo with somebody for each mode, two who cycle, and a contrast of transit and car. */
export function demoOfModes(isokron, repository, folder) {
  cpSync(join(repository, "fixtures/skargard"), folder, { recursive: true, filter: (path) => !path.endsWith("/out") });
  const study = join(folder, "study.toml");
  const profile = (name, modes, more = "") => `[[profile]]\nname = "${name}"\nmodes = ${modes}\nmax_travel_time_s = 7200\n${more}\n`;
  const profiles = [
    profile("cyclist", '["bicycle"]'),
    profile("hurried", '["bicycle"]', "bicycle_speed_kmh = 22\n"),
    profile("driver", '["car"]'),
    profile("parker", '["walk", "transit", "car>transit>walk"]'),
  ];
  const text = readFileSync(study, "utf8")
    .replace("percentiles = [50]", 'percentiles = [50]\ncontrasts = ["adult / driver"]')
    .replace('["csv", "parquet", "geojson"]', '["csv"]\nmatrix = true')
    .replace("[access]", `${profiles.join("")}[[measure]]\nkind = "nearest"\nof = ["schools"]\n\n[access]`);
  writeFileSync(study, text);
  execFileSync(isokron, ["run", "-q", study], { stdio: ["ignore", "inherit", "inherit"] });
  return join(folder, "out");
}

function varint(value, out) {
  for (; value >= 128; value = Math.floor(value / 128)) out.push((value % 128) + 128);
  out.push(value);
}

const zigzag = (value) => (value < 0 ? -2 * value - 1 : 2 * value);

/** A square region of n hexagons or so with `measures` columns that fall from the middle, and some noise. */
export function region(isokron, n, measures, folder) {
  const side = Math.ceil(Math.sqrt(n));
  const [step, bytes, ids, places] = [280, [], [], []];
  let last = [0, 0];
  for (let i = 0; i < n; i++) {
    const [row, column] = [Math.floor(i / side), i % side];
    const at = [column * step * 2 + (row % 2) * step, row * Math.round(step * 0.9)];
    varint(zigzag(at[0] - last[0]), bytes);
    varint(zigzag(at[1] - last[1]), bytes);
    last = at;
    if (i > 0) varint(2, bytes);
    else {
      const ring = [[0, 170], [-280, 85], [-280, -85], [0, -170], [280, -85], [280, 85]];
      bytes.push(1, 1, 6);
      ring.forEach(([x, y], k) => {
        const [bx, by] = k ? ring[k - 1] : [0, 0];
        varint(zigzag(x - bx), bytes);
        varint(zigzag(y - by), bytes);
      });
    }
    // As long as ids of H3.
    ids.push(`89${(0xa0000000000 + i * 977).toString(16)}ff`);
    places.push([column / side - 0.5, row / side - 0.5]);
  }
  const coded = (list) => Buffer.from(list).toString("base64");
  const none = { q: 1e-5, x: 18, y: 59, b: "" };
  const map = {
    ids,
    cells: { q: 1e-5, x: 17.5, y: 59, b: coded(bytes), n },
    population: null,
    income: null,
    groups: [],
    streets: [],
    stops: { ...none, names: [] },
  };
  let seed = 1;
  const dice = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const names = Array.from({ length: measures }, (_, k) => `jobs${k % 4}_${15 * (1 + (k % 10))}min_p50`);
  const unique = names.map((name, k) => name.replace("jobs", `jobs${Math.floor(k / 10)}x`));
  const lines = [`id,lon,lat,status,link_m,population,${unique.join(",")}`];
  places.forEach(([x, y], i) => {
    const values = unique.map((_, k) => Math.round(900000 * Math.exp(-(x * x + y * y) * (12 - k / 5)) * (0.95 + 0.05 * dice())));
    lines.push(`${ids[i]},18,59,ok,${(i % 900) / 10},,${values.join(",")}`);
  });
  const table = "base/all-day/access.csv";
  mkdirSync(join(folder, "base/all-day"), { recursive: true });
  writeFileSync(join(folder, "map.json"), JSON.stringify(map));
  writeFileSync(join(folder, table), `${lines.join("\n")}\n`);
  writeFileSync(join(folder, "diagnostics.csv"), "code,severity,input,file,line_or_id,what,what_to_do\n");
  const outputs = [{ path: table, bytes: 0, blake3: "" }];
  const parameters = { profile: [{ name: "all" }], period: [{ name: "day" }], measure: [] };
  const manifest = { program: "isokron", version: "0", study: `${n} cells`, parameters, inputs: [], outputs, counts: { cells: n }, attribution: [] };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  execFileSync(isokron, ["report", "-q", folder]);
  return folder;
}
