// By mouse, trackpad and touch: dragging, zooming, pointing at a unit, clicking it.

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
