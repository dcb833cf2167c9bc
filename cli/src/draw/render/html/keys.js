// By keyboard: walking from step to step, and one letter for each thing to do.

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
  o: overview, e: toggleEdges, u: toggleAll, t: () => $("theme").click(), n: () => attention(1), p: () => attention(-1), "?": () => $("help").showModal(),
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
