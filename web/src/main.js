// The page: what is shown follows from the state; every choice changes the state and shows it anew.
import { classify } from "./classes.js";
import { buildCharts } from "./charts.js";
import { buildControls } from "./controls.js";
import { cells, contrasts, facts, ids, markedOf, population, results, stops, streets, stressFor, timesFrom, valuesOf, water, weights } from "./data.js";
import { buildDetail, tipText } from "./detail.js";
import { byId, element, fill } from "./dom.js";
import { buildFindings, buildMethod } from "./facts.js";
import { CellLayer } from "./layer.js";
import { buildLegend } from "./legend.js";
import { Picker } from "./pick.js";
import { fitPlots } from "./plots.js";
import { setUpSearch } from "./search.js";
import { lonLat, mercatorX, mercatorY } from "./shapes.js";
import { valuesNow } from "./shown.js";
import { address, keepAddress, readAddress, state, writeAddress } from "./state.js";
import { buildTable } from "./table.js";
import { about, currentLanguage, languages, setLanguage, t } from "./texts.js";
import { differByMode, modeOf, modeTitle } from "./titles.js";

/* global L */
readAddress();
setLanguage(state.lang);

const picker = new Picker(cells);
const map = L.map("map", { zoomSnap: 0.25, zoomDelta: 1, minZoom: 3, maxZoom: 18, attributionControl: false, zoomControl: false });
L.control.zoom({ position: "topright" }).addTo(map);
L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
const layer = new CellLayer({ padding: 0.25 });
const outline = L.polygon([], { interactive: false, fill: false, color: "#111820", weight: 2, renderer: L.svg() });
const chosenOutline = L.polygon([], { interactive: false, fill: false, color: "#d1180b", weight: 3, renderer: L.svg() });

let chosen = ids.indexOf(state.cell);
let shown = null;
let classes = null;

function latLng(x, y) {
  const [lon, lat] = lonLat(x, y);
  return L.latLng(lat, lon);
}

function wholeRegion() {
  const [left, top, right, bottom] = picker.all;
  return L.latLngBounds(latLng(left, bottom), latLng(right, top));
}

/** Beside the legend, where it lies over the map. */
function fitWhole(options) {
  const left = matchMedia("(min-width: 861px)").matches ? 260 : 12;
  map.fitBounds(wholeRegion(), { paddingTopLeft: [left, 12], paddingBottomRight: [12, 12], ...options });
}

/** A cell's rings for Leaflet. */
function ringsOf(cell) {
  const rings = [];
  for (let ring = cells.first[cell]; ring < cells.first[cell + 1]; ring++) {
    const places = [];
    for (let k = cells.rings[ring]; k < cells.rings[ring + 1]; k++) places.push(latLng(cells.corners[2 * k], cells.corners[2 * k + 1]));
    rings.push(places);
  }
  return rings;
}

/** Classes of travel times: quarters of an hour, or as many of them as make no more than eight. */
function quarters(seconds) {
  const longest = seconds.reduce((most, value) => (value > most ? value : most), 900) / 60;
  const step = 15 * Math.ceil(longest / 120);
  return Array.from({ length: Math.ceil(longest / step) + 1 }, (_, k) => k * step);
}

/** Date and window of a period, as the study has them. */
function windowText(result) {
  const period = (facts.parameters.period || []).find((one) => one.name === result.period) || {};
  const hours = (period.depart || period.arrive || "").replace(/:00(?=\/|$)/g, "").replace("/", "–");
  const mode = differByMode && modeTitle(modeOf(result.profile));
  return [result.scenario !== "base" && result.scenario, mode, result.profile, result.period, period.date, hours].filter(Boolean).join(" · ");
}

/** Around what colours part: no difference, the same; none for a value. */
function centreOf({ isDifference, isRatio }) {
  return isDifference ? 0 : isRatio ? 1 : null;
}

function showMap() {
  shown = valuesNow();
  const options = { classes: Number(state.n), method: state.c, diverging: centreOf(shown), reversed: shown.reversed, weights };
  if (shown.isTime && !shown.isDifference) options.breaks = quarters(shown.values);
  classes = classify(shown.isTime ? shown.values.map((seconds) => seconds / 60) : shown.values, options);
  const result = results[state.r];
  layer.scene.marked = markedOf(result);
  layer.scene.stress = state.s ? stressFor(result) : null;
  layer.paint(classes);
  const unit = shown.isTime ? `${shown.title}, min` : shown.title;
  buildLegend(unit, classes, layer.scene, shown);
  fill("now", element("h2", {}, shown.title), shown.contrast && !shown.sides ? null : element("p", {}, windowText(result)));
  byId("map").setAttribute("aria-label", t("mapLabel", { title: shown.title }));
  const actions = { close: () => choose(-1), times: toggleTimes };
  buildDetail(chosen, actions);
  chosenOutline.setLatLngs(chosen >= 0 ? ringsOf(chosen) : []);
}

let later = 0;

function show() {
  buildControls(show);
  showMap();
  keepAddress();
  // The map comes first: the rest may take a moment.
  clearTimeout(later);
  requestAnimationFrame(() => {
    clearTimeout(later);
    later = setTimeout(showRest, 30);
  });
}

function showRest() {
  buildCharts(shown);
  buildTable(shown, (cell) => choose(cell, true));
  buildFindings();
  buildMethod();
  document.documentElement.dataset.ready = "all";
}

function choose(cell, move) {
  const before = chosen;
  chosen = cell;
  state.cell = cell >= 0 ? ids[cell] : "";
  if (cell < 0) state.t = "";
  if (move && cell >= 0) map.setView(latLng(cells.x[cell], cells.y[cell]), Math.max(map.getZoom(), layer.scene.zoom + 2));
  if (state.t || before >= 0 !== cell >= 0) show();
  else {
    showMap();
    keepAddress();
  }
}

function toggleTimes() {
  state.t = state.t ? "" : "1";
  state.k = "";
  show();
  byId("times")?.focus();
}

/** Fixed words, in the chosen language. */
function words() {
  setLanguage(state.lang);
  for (const place of document.querySelectorAll("[data-t]")) place.textContent = t(place.dataset.t);
  byId("name").textContent = facts.study.replace(/_/g, " ").replace(/(^| )\S/g, (first) => first.toLocaleUpperCase());
  byId("search").placeholder = t("searchHint");
  const people = population ? population.reduce((sum, n) => sum + (n || 0), 0) : 0;
  const numbers = { cells: about(cells.n), people: about(people) };
  byId("subtitle").textContent = t(population ? "subtitle" : "subtitleCells", numbers);
  document.title = `${facts.study} – isokron`;
}

function placeOf(event) {
  const { lat, lng } = event.latlng.wrap();
  return [mercatorX(lng), mercatorY(lat)];
}

/** The stop whose dot is under the pointer. */
function stopAt(x, y) {
  if (!layer.stopsShown) return "";
  const near = 7 / (256 * 2 ** map.getZoom());
  for (let i = 0; i < stops.x.length; i++) {
    if (Math.abs(stops.x[i] - x) < near && Math.abs(stops.y[i] - y) < near) return stops.names[i];
  }
  return "";
}

function hover(event) {
  const tip = byId("tip");
  const [x, y] = placeOf(event);
  const cell = picker.at(x, y);
  const stop = stopAt(x, y);
  outline.setLatLngs(cell >= 0 ? ringsOf(cell) : []);
  if (cell < 0 && !stop) {
    tip.hidden = true;
    return;
  }
  tip.replaceChildren(...(cell >= 0 ? tipText(cell, shown, stop) : [element("span", {}, `${t("stop")}: ${stop}`)]));
  tip.hidden = false;
  const { x: px, y: py } = event.containerPoint;
  const size = map.getSize();
  tip.style.left = `${px > size.x - 220 ? px - 14 - tip.offsetWidth : px + 14}px`;
  tip.style.top = `${Math.max(4, Math.min(py + 12, size.y - tip.offsetHeight - 4))}px`;
}

function setUpMap() {
  layer.setScene({ cells, streets, stops, water, marked: { u: [], i: [], n: [] }, zoom: 0 });
  fitWhole({ animate: false });
  layer.scene.zoom = map.getZoom();
  const [lat, lng, zoom] = state.v.split(",").map(Number);
  if (state.v && [lat, lng, zoom].every(Number.isFinite)) map.setView([lat, lng], zoom, { animate: false });
  layer.addTo(map);
  outline.addTo(map);
  chosenOutline.addTo(map);
  map.on("moveend", () => {
    const { lat: y, lng: x } = map.getCenter();
    state.v = `${y.toFixed(5)},${x.toFixed(5)},${map.getZoom()}`;
    keepAddress();
  });
  // Dragged beyond what is drawn: draw while the map moves.
  map.on("move", () => {
    const view = L.bounds(map.containerPointToLayerPoint([0, 0]), map.containerPointToLayerPoint(map.getSize()));
    if (!map._animatingZoom && layer._bounds && !layer._bounds.contains(view)) layer._update();
  });
  map.on("mousemove", hover);
  map.on("mouseout", () => {
    byId("tip").hidden = true;
    outline.setLatLngs([]);
  });
  map.on("click", (event) => {
    hover(event);
    choose(picker.at(...placeOf(event)));
  });
  byId("map").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== byId("map")) return;
    const { lat: y, lng: x } = map.getCenter();
    choose(picker.at(mercatorX(x), mercatorY(y)));
  });
}

function setUpButtons() {
  const language = byId("language");
  for (const [code, name] of languages()) language.append(element("option", { value: code, lang: code, selected: code === currentLanguage() }, name));
  language.addEventListener("change", () => {
    state.lang = language.value;
    words();
    show();
  });
  byId("whole").addEventListener("click", () => fitWhole({}));
  byId("print").addEventListener("click", () => window.print());
  byId("link").addEventListener("click", async () => {
    writeAddress();
    let said = t("linked");
    try {
      await navigator.clipboard.writeText(address());
    } catch {
      said = t("linkThis");
    }
    byId("said").textContent = said;
    setTimeout(() => (byId("said").textContent = ""), 4000);
  });
  setUpSearch((hit) => {
    map.setView(latLng(hit.x, hit.y), Math.max(map.getZoom(), layer.scene.zoom + 3));
    choose(hit.kind === "cell" ? hit.cell : picker.at(hit.x, hit.y));
  });
}

function followAddress() {
  const before = state.v;
  for (const key of ["v", "cell", "t", "d", "h", "k", "s"]) state[key] = "";
  readAddress();
  chosen = ids.indexOf(state.cell);
  byId("language").value = state.lang;
  const [lat, lng, zoom] = state.v.split(",").map(Number);
  if (!state.v) fitWhole({ animate: false });
  else if (state.v !== before && [lat, lng, zoom].every(Number.isFinite)) map.setView([lat, lng], zoom, { animate: false });
  words();
  show();
}

function setUpPrint() {
  let view = null;
  window.addEventListener("beforeprint", () => {
    view = [map.getCenter(), map.getZoom()];
    const bounds = map.getBounds();
    document.body.classList.add("printing");
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(bounds, { animate: false });
    fitPlots();
  });
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("printing");
    map.invalidateSize({ animate: false, pan: false });
    if (view) map.setView(...view, { animate: false });
    fitPlots();
  });
}

setUpMap();
setUpButtons();
setUpPrint();
words();
show();
window.addEventListener("hashchange", followAddress);
let sized = 0;
window.addEventListener("resize", () => {
  clearTimeout(sized);
  sized = setTimeout(fitPlots, 100);
});
// For the test, and the curious. The second frame begins when the first picture stands.
const timesOf = (r, cell) => [...timesFrom(results[r], cell)];
window.isokron = { map, layer, cells, ids, results, contrasts, valuesOf, timesOf, latLng };
requestAnimationFrame(() => requestAnimationFrame(() => (window.isokron.first = performance.now())));
