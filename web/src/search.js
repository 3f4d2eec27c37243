// Finding a cell by its id or a stop by its name: a box with a list, by mouse and keys.
import { cells, ids, stops } from "./data.js";
import { byId, element } from "./dom.js";
import { t } from "./texts.js";

const SHOWN = 12;

function hits(words) {
  const wanted = words.trim().toLocaleLowerCase();
  if (!wanted) return [];
  const found = [];
  const starts = [];
  stops.names.forEach((name, i) => {
    const at = name.toLocaleLowerCase().indexOf(wanted);
    if (at >= 0) (at === 0 ? starts : found).push({ kind: "stop", name, x: stops.x[i], y: stops.y[i] });
  });
  const cellHits = [];
  for (let i = 0; i < ids.length && cellHits.length < SHOWN; i++) {
    if (ids[i].toLocaleLowerCase().startsWith(wanted)) {
      cellHits.push({ kind: "cell", name: ids[i], cell: i, x: cells.x[i], y: cells.y[i] });
    }
  }
  const stopHits = starts.concat(found).slice(0, cellHits.length ? SHOWN / 2 : SHOWN);
  return stopHits.concat(cellHits).slice(0, SHOWN);
}

/** Sets up the box; `go` is told the hit that was chosen. */
export function setUpSearch(go) {
  const box = byId("search");
  const list = byId("hits");
  let shown = [];
  let active = -1;
  const close = () => {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
    active = -1;
  };
  const choose = (hit) => {
    box.value = hit.name;
    close();
    go(hit);
  };
  const mark = (next) => {
    active = shown.length ? (next + shown.length) % shown.length : -1;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", i === active));
    if (active >= 0) {
      box.setAttribute("aria-activedescendant", `hit${active}`);
      list.children[active].scrollIntoView({ block: "nearest" });
    }
  };
  box.addEventListener("input", () => {
    shown = hits(box.value);
    active = -1;
    const items = shown.map((hit, i) =>
      element(
        "li",
        { role: "option", id: `hit${i}`, "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => choose(hit) },
        element("span", { class: "kind" }, t(hit.kind)),
        hit.name,
      ),
    );
    if (!items.length && box.value.trim()) items.push(element("li", { class: "none" }, t("noHit")));
    list.replaceChildren(...items);
    list.hidden = !items.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && shown.length) {
      event.preventDefault();
      choose(shown[Math.max(0, active)]);
    } else if (event.key === "Escape") close();
  });
  box.addEventListener("blur", close);
}
