// All values as a table: for the keyboard, for readers of screens, and to look something up.
import { STATUS, ids, linkOf, population, results } from "./data.js";
import { byId, element, fill } from "./dom.js";
import { valueText } from "./detail.js";
import { state } from "./state.js";
import { exact, t } from "./texts.js";

const ROWS = 20;
let sort = { column: "cell", down: false };
let page = 0;

function columnsFor(shown) {
  const result = results[state.r];
  const columns = [
    { key: "cell", title: t("cell"), text: (i) => ids[i], order: (i) => i },
    { key: "status", title: t("status"), text: (i) => t(STATUS[result.status[i]]), order: (i) => result.status.charCodeAt(i) },
  ];
  if (population) columns.push({ key: "population", title: t("population"), text: (i) => exact(population[i], 2), order: (i) => population[i] });
  const link = linkOf(result);
  columns.push({ key: "link", title: t("linkM"), text: (i) => exact(link[i], 3), order: (i) => link[i] });
  const text = (i) => valueText(shown, shown.values[i]);
  columns.push({ key: "value", title: shown.title, text, order: (i) => shown.values[i] });
  return columns;
}

/** `choose` is told the cell of a row. */
export function buildTable(shown, choose) {
  const columns = columnsFor(shown);
  const by = columns.find((column) => column.key === sort.column) || columns[0];
  const keys = Float64Array.from(ids, (_, i) => by.order(i));
  const order = Uint32Array.from(ids, (_, i) => i);
  // Blank values come last either way.
  const rank = (a, b) => {
    const [x, y] = [keys[a], keys[b]];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
    return (x < y ? -1 : x > y ? 1 : 0) * (sort.down ? -1 : 1);
  };
  if (by.key !== "cell" || sort.down) order.sort((a, b) => rank(a, b) || a - b);
  const last = Math.max(0, Math.ceil(order.length / ROWS) - 1);
  page = Math.min(page, last);
  const again = (focus) => {
    buildTable(shown, choose);
    byId(focus)?.focus();
  };
  const head = columns.map((column) => {
    const now = column === by;
    const click = () => {
      sort = { column: column.key, down: now ? !sort.down : column.key === "value" };
      page = 0;
      again(`sort-${column.key}`);
    };
    const arrow = now ? (sort.down ? " ↓" : " ↑") : "";
    return element(
      "th",
      { scope: "col", "aria-sort": now ? (sort.down ? "descending" : "ascending") : "none" },
      element("button", { type: "button", class: "plain", id: `sort-${column.key}`, onclick: click }, column.title + arrow),
    );
  });
  const body = [...order.subarray(page * ROWS, (page + 1) * ROWS)].map((i) =>
    element(
      "tr",
      {},
      ...columns.map((column) =>
        column.key === "cell"
          ? element("th", { scope: "row" }, element("button", { type: "button", class: "plain", onclick: () => choose(i) }, ids[i]))
          : element("td", {}, column.text(i)),
      ),
    ),
  );
  const turn = (id, text, to, off) =>
    element("button", { type: "button", id, disabled: off, onclick: () => ((page = to), again(id)) }, text);
  const [a, b] = [page * ROWS + 1, Math.min(order.length, (page + 1) * ROWS)];
  fill(
    "table",
    element("h2", {}, t("table")),
    element("p", { class: "says" }, t("tableSays", { n: ROWS })),
    element(
      "div",
      { class: "scroll" },
      element("table", { class: "rows" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body)),
    ),
    element(
      "p",
      { class: "turn" },
      turn("previous", t("previous"), page - 1, page === 0),
      element("span", { "aria-live": "polite" }, t("page", { a, b, n: order.length.toLocaleString() })),
      turn("next", t("next"), page + 1, page === last),
    ),
  );
}
