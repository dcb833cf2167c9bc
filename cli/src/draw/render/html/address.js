// The address links to what is seen; here it is read and written. Then the page starts.

function choose(status) {
  chosenStatus = chosenStatus === status ? null : status;
  for (const chip of document.querySelectorAll("#legend .chip")) chip.setAttribute("aria-pressed", chip.dataset.status === chosenStatus);
  refocus();
}

function legend() {
  const entries = looks.map((look) => [look, look.slug === "cause" ? picture.causes.length : picture.totals.statuses[look.slug] ?? 0]);
  $("legend").replaceChildren(...entries.filter(([, count]) => count).map(([look, count]) =>
    make("button", { class: "chip", type: "button", "aria-pressed": "false", "data-status": look.slug, title: look.meaning, onclick: () => choose(look.slug) },
      icon(look.slug), make("b", {}, number(count)), wordFor(look.slug, count))));
}

let reading = false;
function writeAddress() {
  if (reading) return;
  const parts = [];
  if (scene.selected) parts.push(`select=${scene.selected}`);
  if (field.value.trim()) parts.push(`search=${encodeURIComponent(field.value.trim())}`);
  if (unfolded.size) parts.push(`unfold=${unfolded.size === groups.length ? "all" : [...unfolded].join(",")}`);
  if (scene.transitive) parts.push("edges");
  try { history.replaceState(null, "", parts.length ? `#${parts.join("&")}` : location.pathname + location.search); } catch { /* a sandboxed frame has no history */ }
}

function keyFor(name) {
  if (parse(name)) return name;
  const words = name.replace(/\s+/g, " ").trim();
  const node = nodeById.get(Number(name)) ?? picture.nodes.find((one) => one.label.replace(/\s+/g, " ") === words)
    ?? picture.nodes.find((one) => titleOf(one) === words || one.function === words);
  const cause = picture.causes.find((one) => one.label === words);
  return node ? keyOfNode(node.id) : cause ? keyOfCause(cause.id) : null;
}

function readAddress() {
  const ask = new Map(location.hash.slice(1).split("&").filter(Boolean).map((part) => {
    const at = part.indexOf("=");
    const value = at < 0 ? "" : part.slice(at + 1);
    try { return [at < 0 ? part : part.slice(0, at), decodeURIComponent(value)]; } catch { return [part.slice(0, at), value]; }
  }));
  reading = true;
  if (ask.has("theme")) setTheme(ask.get("theme") === "dark" ? "dark" : "light");
  scene.transitive = ask.has("edges");
  unfolded.clear();
  for (const word of (ask.get("unfold") ?? "").split(",").filter(Boolean)) {
    for (const group of groups) if (word === "all" || word === String(group.id) || word === keyOfGroup(group.id) || word === group.label) unfolded.add(group.id);
  }
  arrange();
  field.value = ask.get("search") ?? "";
  // The overview gives way where that makes the cards readable.
  panelOpen = innerWidth > 760;
  if (wholeView().k < NEAR) {
    panelOpen = false;
    panelOpen = innerWidth > 760 && wholeView().k < NEAR * 0.9;
  }
  refresh();
  fit(false);
  search(field.value, { jump: ask.has("search") && !ask.has("select") });
  select(ask.has("select") ? keyFor(ask.get("select")) : null, { gently: false });
  reading = false;
}

$("name").textContent = picture.pipeline;
$("caption").textContent = [picture.caption, plural(picture.totals.steps, picture.nodes.some((node) => node.kind !== "step") ? "function" : "step"), picture.left_out ? `${number(picture.left_out)} left out` : ""].filter(Boolean).join(" · ");
$("overview").onclick = overview;
$("fit").onclick = () => fit();
$("in").onclick = () => zoom(1.25);
$("out").onclick = () => zoom(0.8);
$("edges").onclick = toggleEdges;
$("folds").onclick = toggleAll;
$("ask").onclick = () => $("help").showModal();
$("theme").onclick = () => {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  setTheme(theme);
  try { localStorage.setItem("scrat-theme", theme); } catch { /* not every browser lets a file remember */ }
};
field.addEventListener("input", () => search(field.value));
field.addEventListener("focus", () => { found.hidden = !field.value.trim(); });
field.addEventListener("blur", () => setTimeout(() => { if (!found.matches(":focus-within")) found.hidden = true; }, 120));
addEventListener("hashchange", readAddress);
new ResizeObserver(draw).observe(stage);

const dark = matchMedia("(prefers-color-scheme: dark)");
const remembered = () => { try { return localStorage.getItem("scrat-theme"); } catch { return null; } };
setTheme(remembered() ?? (dark.matches ? "dark" : "light"));
dark.addEventListener("change", () => { if (!remembered()) setTheme(dark.matches ? "dark" : "light"); });
legend();
readAddress();
document.body.dataset.ready = "true";
