/**
 * The script of the page. It asks for the page again every two seconds, with the entity tag of the last one,
 * and takes over what changed; so there is one program that writes the page. The token stays in its memory.
 */
export const SCRIPT = `(() => {
const PERIOD = 2000, PATIENCE = 5000;
const byId = (id) => document.getElementById(id);
const [live, news, form, field] = ["live", "news", "access", "token"].map(byId);
const url = new URL(location.href);
url.searchParams.set("format", "html");
let token = "", tag = "", asked = 0;

const wordsIn = (main) => new Map([...main.querySelectorAll("[data-check]")].map((item) => [item.dataset.check, item.dataset.word]));

function localize(root) {
  for (const time of root.querySelectorAll("time")) time.textContent = new Date(time.dateTime).toLocaleString();
}

function rowsOf(chart) {
  return [...byId("table-" + chart.id).querySelectorAll("tbody tr")];
}

function walk(chart, place) {
  const rows = rowsOf(chart);
  const now = Math.min(Math.max(place, 0), rows.length - 1);
  const heads = [...byId("table-" + chart.id).querySelectorAll("th")].map((head) => head.textContent);
  const text = [...rows[now].cells].map((cell, index) => heads[index] + " " + cell.textContent).join(", ");
  chart.setAttribute("aria-valuenow", now);
  chart.setAttribute("aria-valuetext", text);
  chart.parentNode.querySelector(".readout").textContent = text;
}

function enhance(root) {
  localize(root);
  for (const chart of root.querySelectorAll(".chart")) {
    const last = chart.ownerDocument === document ? rowsOf(chart).length - 1 : 0;
    chart.setAttribute("role", "slider");
    chart.setAttribute("aria-valuemin", 0);
    chart.setAttribute("aria-valuemax", last);
    chart.setAttribute("aria-valuenow", last);
    chart.setAttribute("aria-valuetext", "arrow keys read the chart");
    chart.addEventListener("keydown", (event) => {
      const from = Number(chart.getAttribute("aria-valuenow"));
      const to = { ArrowLeft: from - 1, ArrowDown: from - 1, ArrowRight: from + 1, ArrowUp: from + 1, Home: 0, End: Infinity }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      walk(chart, to);
    });
  }
}

function take(text) {
  const next = new DOMParser().parseFromString(text, "text/html");
  const fresh = document.importNode(next.querySelector("main"), true);
  const old = document.querySelector("main");
  const before = wordsIn(old);
  const changed = [...wordsIn(fresh)].filter(([name, word]) => before.has(name) && before.get(name) !== word);
  const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
  const key = focused && (focused.id || focused.parentNode.id);
  const place = focused && focused.getAttribute("aria-valuenow");
  for (const open of old.querySelectorAll("details[open]")) {
    const same = [...fresh.querySelectorAll("details")].find(({ id }) => id === open.id);
    if (same) same.open = true;
  }
  old.replaceWith(fresh);
  enhance(fresh);
  document.title = next.title;
  const again = key && byId(key);
  if (again) {
    const target = again.matches("details") ? again.querySelector("summary") : again;
    target.focus({ preventScroll: true });
    if (place !== null && target.matches(".chart") && rowsOf(target).length > 0) walk(target, Number(place));
  }
  if (changed.length > 0) news.textContent = changed.map(([name, word]) => name + " is " + word).join(", ");
}

async function ask() {
  const number = ++asked;
  const headers = { accept: "text/html" };
  if (tag !== "") headers["if-none-match"] = tag;
  if (token !== "") headers.authorization = "Bearer " + token;
  try {
    const response = await fetch(url, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (number !== asked) return;
    if (response.status !== 304) {
      if (!(response.headers.get("content-type") || "").startsWith("text/html")) throw new Error("status " + response.status);
      const text = await response.text();
      const next = response.headers.get("etag") || "";
      if (number !== asked) return;
      if (next === "" || next !== tag) take(text);
      tag = next;
    }
    const exposure = document.querySelector("main").dataset.exposure;
    const refused = token !== "" && exposure !== "details";
    live.textContent = (refused ? "The token was not accepted. " : "") + "Live: last answer at " + new Date().toLocaleTimeString() + ".";
  } catch (error) {
    if (number !== asked) return;
    live.textContent = "No answer at " + new Date().toLocaleTimeString() + ": the states above are the last known ones.";
  }
}

form.hidden = document.querySelector("main").dataset.exposure === "details";
form.addEventListener("submit", (event) => {
  event.preventDefault();
  token = field.value.trim();
  field.value = "";
  tag = "";
  void ask();
});
enhance(document);
setInterval(() => { if (!document.hidden) void ask(); }, PERIOD);
void ask();
})();`;
