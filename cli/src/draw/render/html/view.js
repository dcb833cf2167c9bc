// The view of the stage: arranging it, moving over it, bringing something into sight.

const $ = (id) => document.getElementById(id);
const panel = $("panel"), field = $("search"), found = $("found"), hint = $("hint");
const unfolded = new Set();
const scene = { units: [], edges: [], unitOf: new Map(), view: { x: 0, y: 0, k: 1 }, focus: null, selected: null, over: null, near: null, transitive: false };
const MOST = 2.5, STILL = matchMedia("(prefers-reduced-motion: reduce)");
let chosenStatus = null, finds = [], findAt = -1, panelOpen = true, queued = false, moving = null;

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
    stage.style.background = k > 0.6 ? `radial-gradient(circle at 1px 1px, var(--dots) 1px, transparent 1.2px) ${x}px ${y}px / ${dots}px ${dots}px` : "none";
    $("scale").textContent = `${Math.round(k * 100)}%`;
  });
}

// The panel is there for what is chosen, and for the overview while that is open.
const panelShown = () => panelOpen || scene.selected !== null;

// The part of the stage that the panel leaves: it stands beside it, or below it in a narrow window.
const free = () => {
  const beside = innerWidth > 760, { clientWidth: width, clientHeight: height } = stage;
  return { width: width - (panelShown() && beside ? panel.offsetWidth : 0), height: height - (panelShown() && !beside ? panel.offsetHeight : 0) };
};

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

function wholeView() {
  let [x0, y0, x1, y1] = [0, 0, 1, 1];
  for (const { x, y, w, h } of scene.units) {
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + w), Math.max(y1, y + h)];
  }
  return viewOf(x0, y0, x1, y1, 1.15);
}

const fit = (gently = true) => moveTo(wholeView(), gently);

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
  const k = view.k < NEAR + 0.1 ? 0.9 : view.k, left = box.x * k + view.x, top = box.y * k + view.y;
  if (box.w * k > width - 80 || box.h * k > height - 120) return moveTo(viewOf(box.x, box.y, box.x + box.w, box.y + box.h, k), gently);
  const inside = k === view.k && left > 40 && top > 30 && left + box.w * k < width - 40 && top + box.h * k < height - 80;
  if (!inside) moveTo({ k, x: width / 2 - (box.x + box.w / 2) * k, y: height / 2 - (box.y + box.h / 2) * k }, gently);
  else draw();
}
