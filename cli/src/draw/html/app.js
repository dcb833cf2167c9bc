// What the reader does: point, choose, search, move, unfold; by mouse, touch, keyboard and address.

const $ = (id) => document.getElementById(id);
const panel = $("panel"), field = $("search"), found = $("found"), hint = $("hint");
const unfolded = new Set();
const scene = { units: [], edges: [], unitOf: new Map(), view: { x: 0, y: 0, k: 1 }, focus: null, selected: null, over: null, near: null, transitive: false };
const MOST = 2.5, STILL = matchMedia("(prefers-reduced-motion: reduce)");
let chosenStatus = null, finds = [], findAt = -1, panelOpen = true, queued = false, moving = null;

// --- The stage

function arrange() {
  const start = performance.now();
  Object.assign(scene, buildUnits(unfolded));
  scene.units.forEach(measure);
  const shown = scene.edges.filter((edge) => scene.transitive || !edge.redundant);
  layout(scene.units, shown);
  scene.edges = shown;
  for (const edge of scene.edges) {
    if (edge.back) setPoints(edge, [[edge.from.x + edge.from.w, edge.from.y + edge.from.h / 2], [edge.to.x, edge.to.y + edge.to.h / 2]]);
  }
  scene.order = scene.units.slice().sort((a, b) => a.x - b.x || a.y - b.y);
  document.body.dataset.units = scene.units.length;
  document.body.dataset.layoutMs = (performance.now() - start).toFixed(1);
  refocus();
}

function draw() {
  if (queued) return;
  queued = true;
  requestAnimationFrame(() => {
    queued = false;
    const start = performance.now(), { x, y, k } = scene.view;
    document.body.dataset.drawn = paint(scene);
    document.body.dataset.frameMs = (performance.now() - start).toFixed(1);
    const dots = 24 * k;
    stage.style.background = k > 0.45 ? `radial-gradient(circle at 1px 1px, var(--dots) 1px, transparent 1.2px) ${x}px ${y}px / ${dots}px ${dots}px` : "none";
    $("scale").textContent = `${Math.round(k * 100)}%`;
  });
}

const free = () => ({ width: stage.clientWidth - (panelOpen && innerWidth > 760 ? panel.offsetWidth : 0), height: stage.clientHeight });

function moveTo(view, gently = true) {
  cancelAnimationFrame(moving);
  if (!gently || STILL.matches || document.hidden) { scene.view = view; return draw(); }
  const from = { ...scene.view }, start = performance.now();
  const step = (now) => {
    const t = Math.min(1, (now - start) / 220), e = 1 - (1 - t) ** 3;
    scene.view = { x: from.x + (view.x - from.x) * e, y: from.y + (view.y - from.y) * e, k: from.k + (view.k - from.k) * e };
    draw();
    if (t < 1) moving = requestAnimationFrame(step);
  };
  moving = requestAnimationFrame(step);
}

function viewOf(x0, y0, x1, y1, most) {
  const { width, height } = free(), margin = 44, foot = 40;
  const k = Math.min(most, (width - 2 * margin) / Math.max(1, x1 - x0), (height - 2 * margin - foot) / Math.max(1, y1 - y0));
  return { k, x: (width - (x0 + x1) * k) / 2, y: (height - foot - (y0 + y1) * k) / 2 };
}

function fit(gently = true) {
  const { units } = scene;
  if (!units.length) return draw();
  const edge = (pick, field) => units.reduce((best, unit) => pick(best, field(unit)), pick === Math.min ? Infinity : -Infinity);
  moveTo(viewOf(edge(Math.min, (u) => u.x), edge(Math.min, (u) => u.y), edge(Math.max, (u) => u.x + u.w), edge(Math.max, (u) => u.y + u.h), 1.15), gently);
}

function zoom(factor, x = free().width / 2, y = free().height / 2) {
  cancelAnimationFrame(moving);
  const { view } = scene, k = Math.min(MOST, Math.max(0.008, view.k * factor)), ratio = k / view.k;
  scene.view = { k, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio };
  draw();
}

function boxOf(key) {
  for (const unit of scene.units) {
    if (unit.key === key) return unit;
    const cell = unit.cells?.find((one) => keyOfNode(one.id) === key);
    if (cell) return { x: unit.x + cell.dx, y: unit.y + cell.dy, w: cell.w, h: CELL_HEIGHT };
  }
  return null;
}

// Brings a box into the free part of the window, near enough to read.
function reveal(key, gently = true) {
  const box = boxOf(key), { width, height } = free(), { view } = scene;
  if (!box) return;
  if (box.w * NEAR > width - 80 || box.h * NEAR > height - 120) return moveTo(viewOf(box.x, box.y, box.x + box.w, box.y + box.h, 1), gently);
  const k = view.k < NEAR + 0.1 ? 0.9 : view.k, left = box.x * k + view.x, top = box.y * k + view.y;
  const inside = k === view.k && left > 40 && top > 30 && left + box.w * k < width - 40 && top + box.h * k < height - 80;
  if (!inside) moveTo({ k, x: width / 2 - (box.x + box.w / 2) * k, y: height / 2 - (box.y + box.h / 2) * k }, gently);
  else draw();
}

// --- What stands out

function refocus() {
  const ids = chosen();
  if (field.value.trim()) scene.focus = new Set(finds.map((node) => node.id));
  else if (chosenStatus === "cause") scene.focus = new Set(picture.causes.flatMap((cause) => [keyOfCause(cause.id), ...cause.stale]));
  else if (chosenStatus) scene.focus = new Set(picture.nodes.filter((node) => node.status === chosenStatus).map((node) => node.id));
  else if (ids) scene.focus = lineageOf(ids);
  else scene.focus = null;
  for (const unit of scene.units) unit.lit = inFocus(scene, unit);
  const near = scene.over ?? scene.selected;
  scene.near = scene.units.find((unit) => unit.key === near || unit.ids.some((id) => keyOfNode(id) === near)) ?? null;
  draw();
}

function lineageOf({ node, group, cause }) {
  const ids = node ? [node.id] : group ? group.members : cause.stale;
  const all = lineage(ids);
  if (cause) {
    const down = new Set([...all].filter((id) => !["fresh", "hit"].includes(nodeById.get(id).status)));
    return down.add(keyOfCause(cause.id));
  }
  for (const one of picture.causes) if (one.stale.some((id) => ids.includes(id))) all.add(keyOfCause(one.id));
  return all;
}

function parse(key) {
  const id = Number(key?.slice(1));
  if (key?.[0] === "n" && nodeById.has(id)) return { node: nodeById.get(id) };
  if (key?.[0] === "g") { const group = groups.find((one) => one.id === id); return group ? { group } : null; }
  if (key?.[0] === "c" && causeById.has(id)) return { cause: causeById.get(id) };
  return null;
}
const chosen = () => parse(scene.selected);

function select(key, { gently = true, show = true } = {}) {
  const what = parse(key);
  scene.selected = what ? key : null;
  const group = what?.node && groupOf.get(what.node.id);
  if (group && !unfolded.has(group.id)) { unfolded.add(group.id); arrange(); }
  if (what) panelOpen = true;
  refocus();
  refresh();
  if (what && show) reveal(key, gently);
  say(what);
}

function say(what) {
  const node = what?.node;
  if (node) $("said").textContent = `${node.label}, ${lookOf.get(node.status).word}${node.reason ? `: ${node.reason}` : ""}`;
  else if (what?.group) $("said").textContent = `${what.group.label}, fan-out of ${what.group.members.length}: ${counted(what.group.statuses)}`;
  else if (what?.cause) $("said").textContent = `changed: ${what.cause.label}, makes ${plural(what.cause.stale.length, "step")} stale`;
  else $("said").textContent = "";
}

function refresh() {
  const what = chosen();
  const act = { go: (key) => select(key), toggle, close: () => (scene.selected ? select(null) : openPanel(false)) };
  const content = what?.node ? showNode(what.node, act) : what?.group ? showGroup(what.group, unfolded.has(what.group.id), act)
    : what?.cause ? showCause(what.cause, act) : showWhole(act);
  panel.replaceChildren(...content.filter(Boolean));
  panel.scrollTop = 0;
  panel.hidden = !panelOpen;
  panel.dataset.shows = scene.selected ?? "whole";
  document.body.classList.toggle("open", panelOpen);
  $("edges").setAttribute("aria-pressed", scene.transitive);
  $("folds").textContent = unfolded.size ? "Fold all" : "Unfold all";
  $("folds").hidden = !groups.length;
  document.body.dataset.unfolded = [...unfolded].join(" ");
  writeAddress();
}

function openPanel(open) {
  panelOpen = open;
  refresh();
  draw();
}

// --- Folding

// Unfolds or folds one fan-out and keeps its corner where it is on the screen.
function toggle(id, gently = true) {
  const key = keyOfGroup(id), before = boxOf(key);
  if (unfolded.has(id)) unfolded.delete(id);
  else unfolded.add(id);
  const what = chosen();
  if (what?.node && groupOf.get(what.node.id)?.id === id) scene.selected = key;
  arrange();
  const after = boxOf(key), { view } = scene;
  scene.view = { k: view.k, x: view.x + (before.x - after.x) * view.k, y: view.y + (before.y - after.y) * view.k };
  refresh();
  if (unfolded.has(id)) {
    const { width, height } = free(), right = (after.x + after.w) * view.k + scene.view.x, bottom = (after.y + after.h) * view.k + scene.view.y;
    if (right > width - 20 || bottom > height - 60 || after.y * view.k + scene.view.y < 0) moveTo(viewOf(after.x, after.y, after.x + after.w, after.y + after.h, Math.max(view.k, 0.4)), gently);
  }
  draw();
}

function toggleAll() {
  if (unfolded.size) unfolded.clear();
  else groups.forEach((group) => unfolded.add(group.id));
  const what = chosen(), group = what?.node && groupOf.get(what.node.id);
  if (group && !unfolded.has(group.id)) scene.selected = keyOfGroup(group.id);
  arrange();
  refresh();
  fit();
}

function toggleEdges() {
  scene.transitive = !scene.transitive;
  arrange();
  refresh();
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  readColours();
  draw();
}

// --- Search

function search(query, { jump = false } = {}) {
  finds = find(query);
  findAt = -1;
  const asked = query.trim() !== "";
  found.hidden = !asked || !field.matches(":focus");
  found.replaceChildren(
    make("p", { class: "soft", id: "count" }, asked ? (finds.length ? plural(finds.length, "step") : "nothing found") : ""),
    make("div", { class: "list" }, ...finds.slice(0, 60).map((node) => nodeLink(node, (key) => { found.hidden = true; select(key); }, lookOf.get(node.status).word))));
  $("tally").textContent = asked ? number(finds.length) : "";
  document.body.dataset.found = asked ? finds.length : "";
  refocus();
  writeAddress();
  if (jump && finds.length) reveal((groupOf.has(finds[0].id) && !unfolded.has(groupOf.get(finds[0].id).id)) ? keyOfGroup(groupOf.get(finds[0].id).id) : keyOfNode(finds[0].id), false);
}

function nextFind(by) {
  if (!finds.length) return;
  findAt = (findAt + by + finds.length) % finds.length;
  [...found.querySelectorAll(".link")].forEach((link, at) => {
    link.setAttribute("aria-selected", at === findAt);
    if (at === findAt) link.scrollIntoView({ block: "nearest" });
  });
  select(keyOfNode(finds[findAt].id));
}

// --- Walking

// Every place that Tab visits: units from left to right and top to bottom, a frame's cells after the frame.
const stops = () => scene.order.flatMap((unit) => [unit.key, ...(unit.cells ?? []).map((cell) => keyOfNode(cell.id))]);

function tab(by) {
  const all = stops(), at = scene.selected ? all.indexOf(scene.selected) : by > 0 ? -1 : all.length;
  const next = all[at + by];
  if (next) select(next);
  return Boolean(next);
}

function walk(direction) {
  const what = chosen();
  if (!what) return tab(1);
  const here = boxOf(scene.selected), unit = scene.units.find((one) => one.key === scene.selected || one.ids.some((id) => keyOfNode(id) === scene.selected));
  const inCell = unit.kind === "frame" && unit.key !== scene.selected;
  const middle = (box) => ({ x: box.x + box.w / 2, y: box.y + box.h / 2 }), from = middle(here);
  const cells = () => unit.cells.map((cell) => ({ key: keyOfNode(cell.id), x: unit.x + cell.dx, y: unit.y + cell.dy, w: cell.w, h: CELL_HEIGHT }));
  const ahead = { left: (p) => p.x < from.x - 1, right: (p) => p.x > from.x + 1, up: (p) => p.y < from.y - 1, down: (p) => p.y > from.y + 1 }[direction];
  const flat = direction === "left" || direction === "right";
  const cost = (p) => (flat ? Math.abs(p.x - from.x) + 3 * Math.abs(p.y - from.y) : Math.abs(p.y - from.y) + 3 * Math.abs(p.x - from.x));
  const nearest = (boxes) => boxes.filter((box) => box.key !== scene.selected && ahead(middle(box))).sort((a, b) => cost(middle(a)) - cost(middle(b)))[0];
  const linked = scene.edges.filter((edge) => (direction === "left" ? edge.to : edge.from) === unit).map((edge) => (direction === "left" ? edge.from : edge.to));
  const next = (inCell && nearest(cells())) || (flat ? linked.sort((a, b) => cost(middle(a)) - cost(middle(b)))[0] : nearest(scene.units));
  if (next) select(next.key);
}

function attention(by) {
  const all = scene.order.flatMap((unit) => unit.ids).filter((id) => !settled(nodeById.get(id).status));
  const own = all.filter((id) => nodeById.get(id).causes.length || ["failed", "stale", "never_run"].includes(nodeById.get(id).status));
  const round = own.length ? own : all, what = chosen();
  if (!round.length) return;
  const at = what?.node ? round.indexOf(what.node.id) : by > 0 ? -1 : 0;
  select(keyOfNode(round[(at + by + round.length) % round.length]));
}

function activate() {
  const what = chosen();
  if (what?.group) toggle(what.group.id);
  else if (what?.node && groupOf.has(what.node.id)) toggle(groupOf.get(what.node.id).id);
}

const arrows = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const shifts = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };
const keys = {
  "/": () => field.select(), f: () => fit(), 0: () => fit(), "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8),
  e: toggleEdges, u: toggleAll, t: () => $("theme").click(), n: () => attention(1), p: () => attention(-1), "?": () => $("help").showModal(),
};

addEventListener("keydown", (event) => {
  if ($("help").open || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === field) return fieldKey(event);
  const onStage = event.target === stage || event.target === document.body;
  let done = true;
  if (event.key === "Escape") {
    if (field.value) { field.value = ""; search(""); }
    else if (chosenStatus) choose(chosenStatus);
    else if (scene.selected) select(upFrom(), { show: false });
    else if (panelOpen) openPanel(false);
    else done = false;
  } else if (keys[event.key]) keys[event.key]();
  else if (!onStage) done = false;
  else if (event.key === "Tab") done = event.target === stage && tab(event.shiftKey ? -1 : 1);
  else if (event.shiftKey && shifts[event.key]) pan(...shifts[event.key]);
  else if (arrows[event.key]) { stage.focus(); walk(arrows[event.key]); }
  else if (event.key === "Enter" || event.key === " ") activate();
  else done = false;
  if (done) event.preventDefault();
});

// Esc goes from a member to its fan-out, from anything else to nothing.
function upFrom() {
  const what = chosen(), group = what?.node && groupOf.get(what.node.id);
  return group ? keyOfGroup(group.id) : null;
}

function fieldKey(event) {
  if (event.key === "Enter" || event.key === "ArrowDown") nextFind(event.shiftKey ? -1 : 1);
  else if (event.key === "ArrowUp") nextFind(-1);
  else if (event.key === "Escape") { field.value = ""; search(""); stage.focus(); }
  else return;
  event.preventDefault();
}

// --- Pointing

function pan(dx, dy) {
  cancelAnimationFrame(moving);
  scene.view = { ...scene.view, x: scene.view.x + dx, y: scene.view.y + dy };
  draw();
}

function under(event) {
  const box = stage.getBoundingClientRect(), { view } = scene;
  const x = (event.clientX - box.left - view.x) / view.k, y = (event.clientY - box.top - view.y) / view.k;
  const slack = Math.max(0, 3 / view.k - 4), inside = (u, h = u.h) => x >= u.x - slack && x <= u.x + u.w + slack && y >= u.y - slack && y <= u.y + h + slack;
  for (let at = scene.units.length - 1; at >= 0; at--) {
    const unit = scene.units[at];
    if (!inside(unit)) continue;
    const cell = unit.cells?.find((one) => inside({ x: unit.x + one.dx, y: unit.y + one.dy, w: one.w, h: CELL_HEIGHT }));
    return cell ? { key: keyOfNode(cell.id), node: cell.node } : { key: unit.key, unit, node: unit.kind === "node" ? unit.node : null, head: y < unit.y + FRAME_HEAD };
  }
  return null;
}

const pointers = new Map();
let travelled = 0;
stage.addEventListener("pointerdown", (event) => {
  stage.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, event);
  travelled = 0;
  hint.hidden = true;
});
stage.addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  if (!before) return hover(event);
  const others = [...pointers.values()].filter((one) => one.pointerId !== event.pointerId);
  travelled += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
  if (others.length) {
    const far = (one) => Math.hypot(one.clientX - others[0].clientX, one.clientY - others[0].clientY), box = stage.getBoundingClientRect();
    zoom(far(event) / Math.max(1, far(before)), (event.clientX + others[0].clientX) / 2 - box.left, (event.clientY + others[0].clientY) / 2 - box.top);
  } else if (travelled > 4) {
    stage.classList.add("moving");
    pan(event.clientX - before.clientX, event.clientY - before.clientY);
  }
  pointers.set(event.pointerId, event);
});
for (const end of ["pointerup", "pointercancel"]) {
  stage.addEventListener(end, (event) => {
    const known = pointers.delete(event.pointerId);
    stage.classList.remove("moving");
    if (known && end === "pointerup" && travelled <= 4 && !pointers.size) click(event);
  });
}
stage.addEventListener("pointerleave", () => { hint.hidden = true; if (scene.over) { scene.over = null; refocus(); } });
stage.addEventListener("dblclick", (event) => { if (!under(event)) fit(); });
stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  hint.hidden = true;
  const box = stage.getBoundingClientRect();
  // A trackpad moves in small or slanting steps and pinches as Ctrl; a wheel comes in large upright ones.
  const trackpad = event.deltaMode === 0 && (event.deltaX !== 0 || Math.abs(event.deltaY) < 50);
  if (event.ctrlKey || !trackpad) zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : event.ctrlKey ? 0.01 : 0.002)), event.clientX - box.left, event.clientY - box.top);
  else pan(-event.deltaX, -event.deltaY);
}, { passive: false });

function click(event) {
  stage.focus({ preventScroll: true });
  found.hidden = true;
  const hit = under(event);
  if (!hit) return select(null);
  select(hit.key, { show: false });
  if (hit.unit?.kind === "fold" || (hit.unit?.kind === "frame" && hit.head)) toggle(hit.unit.group.id);
}

function hover(event) {
  const hit = under(event), key = hit?.key ?? null;
  stage.classList.toggle("over", Boolean(hit));
  if (key !== scene.over) { scene.over = key; refocus(); }
  const unit = hit?.unit, node = hit?.node;
  hint.hidden = !hit || (unit?.kind === "frame" && !hit.head);
  if (hint.hidden) return;
  const title = node ? node.label : unit.cause ? unit.cause.label : `${unit.group.label} ×${number(unit.ids.length)}`;
  const more = node ? [lookOf.get(node.status).word, node.reason].filter(Boolean).join(": ") : unit.cause ? `changed, makes ${plural(unit.cause.stale.length, "step")} stale` : `${counted(unit.group.statuses)}; click to ${unit.kind === "fold" ? "unfold" : "fold"}`;
  hint.replaceChildren(make("b", {}, title.slice(0, 200)), make("div", { class: "soft" }, more.slice(0, 300)));
  const box = stage.getBoundingClientRect(), x = event.clientX - box.left + 14, y = event.clientY - box.top + 18;
  hint.style.left = `${Math.min(x, free().width - hint.offsetWidth - 10)}px`;
  hint.style.top = `${y + hint.offsetHeight > box.height - 10 ? y - hint.offsetHeight - 34 : y}px`;
}

// --- Around the stage

function choose(status) {
  chosenStatus = chosenStatus === status ? null : status;
  for (const chip of document.querySelectorAll("#legend .chip")) chip.setAttribute("aria-pressed", chip.dataset.status === chosenStatus);
  refocus();
}

function legend() {
  const entries = looks.map((look) => [look, look.slug === "cause" ? picture.causes.length : picture.totals.statuses[look.slug] ?? 0]);
  $("legend").replaceChildren(...entries.filter(([, count]) => count).map(([look, count]) =>
    make("button", { class: "chip", type: "button", "aria-pressed": "false", "data-status": look.slug, title: look.meaning, onclick: () => choose(look.slug) },
      icon(look.slug), make("b", {}, number(count)), look.word)));
}

// --- The address

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
  refresh();
  fit(false);
  search(field.value, { jump: ask.has("search") && !ask.has("select") });
  select(ask.has("select") ? keyFor(ask.get("select")) : null, { gently: false });
  reading = false;
}

$("name").textContent = picture.pipeline;
$("caption").textContent = [picture.caption, plural(picture.totals.steps, "step"), picture.left_out ? `${number(picture.left_out)} left out` : ""].filter(Boolean).join(" · ");
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
panelOpen = innerWidth > 760;
legend();
readAddress();
document.body.dataset.ready = "true";
