// What the reader has chosen, and what stands out because of it: a step, a status, a search; folding and unfolding.

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
  panel.hidden = !panelShown();
  panel.dataset.shows = scene.selected ?? "whole";
  document.body.classList.toggle("open", panelShown());
  $("overview").setAttribute("aria-pressed", panelOpen && !scene.selected);
  $("edges").setAttribute("aria-pressed", scene.transitive);
  $("folds").textContent = unfolded.size ? "Fold all" : "Unfold all";
  $("folds").hidden = !groups.length;
  document.body.dataset.unfolded = [...unfolded].join(" ");
  writeAddress();
}

function overview() {
  const shown = panelOpen && !scene.selected;
  if (scene.selected) select(null);
  openPanel(!shown);
}

function openPanel(open) {
  panelOpen = open;
  refresh();
  draw();
}

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
