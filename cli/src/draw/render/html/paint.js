// Units on a canvas. Near: cards with text. Further: titles only. Far: plain shapes in the status's colour, those
// that need attention never smaller than a few pixels, so that three stale steps among thousands stay in sight.

const SANS = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif';
const TITLE = `600 13px ${SANS}`, SMALL = `400 11.5px ${SANS}`, CELL = `400 12px ${SANS}`;
const CARD_HEIGHT = 46, CELL_HEIGHT = 26, CELL_GAP = 5, FRAME_HEAD = 46, FRAME_PAD = 10, WIDEST = 210;
// Further away, titles grow by as much as every card has room for.
const NEAR = 0.55, MIDDLE = 0.2, GROWTH = 1.3;

const stage = document.getElementById("stage");
const pen = stage.getContext("2d");
const glyphs = new Map(looks.map((look) => [look.slug, new Path2D(look.path)]));
const widths = new Map();
let ink = {};

function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  ink = Object.fromEntries(["ground", "card", "line", "edge", "ink", "soft", "focus", "hover", "mark", ...looks.map((l) => l.slug)].map((n) => [n, read(n)]));
}

function widthOf(text, font) {
  const key = font + text;
  let width = widths.get(key);
  if (width === undefined) {
    pen.font = font;
    widths.set(key, (width = pen.measureText(text).width));
  }
  return width;
}

function cut(text, font, room) {
  if (text.length > 400) text = text.slice(0, 400);
  if (widthOf(text, font) <= room) return text;
  let low = 0, high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (widthOf(text.slice(0, middle) + "…", font) <= room) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low) + "…";
}

const fileOf = (path) => path.split(/[\\/]/).pop();
const flat = (text) => text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ");

function measure(unit) {
  if (unit.kind === "cause") {
    unit.title = flat(unit.cause.label);
    unit.detail = flat(unit.cause.source ?? unit.cause.kind);
    unit.end = "";
  } else if (unit.kind === "node") {
    const node = unit.node;
    unit.title = flat(titleOf(node));
    unit.detail = flat(detailOf(node)) || (node.exports.length ? `→ ${flat(fileOf(node.exports[0]))}` : "");
    unit.end = time(node.seconds);
  } else {
    unit.title = flat(unit.group.label);
    unit.badge = `×${number(unit.ids.length)}`;
    // Without a second line the badge says what that would have said: "×400 (3 stale)".
    const rest = Object.entries(unit.group.statuses).filter(([status]) => !settled(status));
    const mixed = rest.length && Object.keys(unit.group.statuses).length > 1;
    unit.longBadge = mixed ? `${unit.badge} (${counted(Object.fromEntries(rest))})` : unit.badge;
    unit.detail = counted(unit.group.statuses);
    unit.end = time(sum(unit.ids.map((id) => nodeById.get(id)), "seconds"));
  }
  const badge = unit.badge ? widthOf(unit.longBadge, TITLE) + 7 : 0;
  const end = unit.end ? widthOf(unit.end, SMALL) + 14 : 0;
  unit.title = cut(unit.title, TITLE, Math.max(WIDEST / 2, WIDEST - badge));
  unit.detail = cut(unit.detail, SMALL, WIDEST - end);
  const text = Math.max((widthOf(unit.title, TITLE) + badge) * GROWTH + 5, widthOf(unit.detail, SMALL) + end);
  unit.w = Math.max(96, Math.ceil(text + 47));
  unit.h = CARD_HEIGHT;
  if (unit.kind === "frame") measureFrame(unit);
}

function measureFrame(unit) {
  const cells = unit.ids.map((id) => {
    const node = nodeById.get(id);
    return { id, node, text: cut(flat(detailOf(node) || titleOf(node)), CELL, 190) };
  });
  const w = Math.ceil(cells.reduce((most, cell) => Math.max(most, widthOf(cell.text, CELL)), 40) + 38);
  const tall = CELL_HEIGHT + CELL_GAP, wide = w + CELL_GAP;
  const columns = cells.length <= 10 ? 1 : Math.max(2, Math.round(Math.sqrt((cells.length * tall * 1.5) / wide)));
  const rows = Math.ceil(cells.length / columns);
  cells.forEach((cell, at) => {
    cell.dx = FRAME_PAD + Math.floor(at / rows) * wide;
    cell.dy = FRAME_HEAD + (at % rows) * tall;
    cell.w = w;
  });
  unit.cells = cells;
  unit.w = Math.max(unit.w + 26, Math.ceil(cells.length / rows) * wide - CELL_GAP + 2 * FRAME_PAD);
  unit.h = FRAME_HEAD + rows * tall - CELL_GAP + FRAME_PAD;
  const spare = unit.w - (Math.ceil(cells.length / rows) * wide - CELL_GAP + 2 * FRAME_PAD);
  if (columns === 1) cells.forEach((cell) => { cell.w += spare; });
}

// `scene` holds units, edges, view {x, y, k}, focus (ids and causes that stand out, or null), selected and over.
function paint(scene) {
  const ratio = window.devicePixelRatio || 1, { view } = scene;
  const width = stage.clientWidth, height = stage.clientHeight;
  if (stage.width !== Math.round(width * ratio) || stage.height !== Math.round(height * ratio)) {
    stage.width = Math.round(width * ratio);
    stage.height = Math.round(height * ratio);
  }
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, stage.width, stage.height);
  pen.setTransform(ratio * view.k, 0, 0, ratio * view.k, ratio * view.x, ratio * view.y);
  const seen = { x0: -view.x / view.k, y0: -view.y / view.k, x1: (width - view.x) / view.k, y1: (height - view.y) / view.k };
  paintEdges(scene, seen);
  let drawn = 0;
  for (const unit of scene.units) {
    if (unit.x > seen.x1 || unit.x + unit.w < seen.x0 || unit.y > seen.y1 || unit.y + unit.h < seen.y0) continue;
    drawn++;
    paintUnit(scene, unit, seen);
  }
  pen.globalAlpha = 1;
  return drawn;
}

const inFocus = (scene, unit) => !scene.focus || scene.focus.has(unit.key) || unit.ids.some((id) => scene.focus.has(id));

function paintEdges(scene, seen) {
  const { k } = scene.view, far = k < MIDDLE;
  const layers = { back: [], flow: [], carries: [], blame: [], lit: [], litBlame: [] };
  const faint = [];
  for (const edge of scene.edges) {
    if (edge.x0 > seen.x1 || edge.x1 < seen.x0 || edge.y0 > seen.y1 || edge.y1 < seen.y0) continue;
    if (edge.redundant && !scene.transitive) continue;
    const { from, to } = edge;
    if (scene.near && (from === scene.near || to === scene.near)) layers[edge.blame ? "litBlame" : "lit"].push(edge);
    else if (scene.focus && !(from.lit && to.lit)) faint.push(edge);
    else if (edge.blame) layers.blame.push(edge);
    else if (edge.back || edge.redundant) layers.back.push(edge);
    else if (!settled(from.status) && !settled(to.status)) layers.carries.push(edge);
    else layers.flow.push(edge);
  }
  const thin = Math.max(1.4, 0.7 / k), dash = [5, 4];
  strokeEdges(faint, ink.edge, 0.22, thin, [], far, k, seen);
  strokeEdges(layers.flow, ink.edge, far ? 0.55 : 0.9, thin, [], far, k, seen);
  strokeEdges(layers.back, ink.edge, 0.9, thin, dash, far, k, seen);
  strokeEdges(layers.carries, ink.stale, far ? 0.35 : 0.75, thin, [], far, k, seen);
  strokeEdges(layers.blame, ink.cause, 0.85, thin, far ? [] : dash, far, k, seen);
  strokeEdges(layers.lit, ink.focus, 1, thin * 1.4, [], far, k, seen);
  strokeEdges(layers.litBlame, ink.cause, 1, thin * 1.4, dash, far, k, seen);
}

function strokeEdges(edges, colour, alpha, width, dash, far, k, seen) {
  if (!edges.length) return;
  pen.strokeStyle = pen.fillStyle = colour;
  pen.globalAlpha = alpha;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  // One path of thousands of lines is slow to fill in, one path a line is slow to set up.
  for (let start = 0; start < edges.length; start += 64) {
    pen.beginPath();
    for (const { points } of edges.slice(start, start + 64)) {
      let drawn = false;
      for (let at = 1; at < points.length; at++) {
        const [x, y] = points[at - 1], [tx, ty] = points[at], bend = (tx - x) / 2;
        const hidden = tx < seen.x0 || x > seen.x1 || Math.max(y, ty) < seen.y0 || Math.min(y, ty) > seen.y1;
        if (!hidden && !drawn) pen.moveTo(x, y);
        drawn = !hidden;
        if (hidden) continue;
        if (far || Math.abs(y - ty) < 0.5) pen.lineTo(tx, ty);
        else pen.bezierCurveTo(x + bend, y, tx - bend, ty, tx, ty);
      }
    }
    pen.stroke();
  }
  pen.setLineDash([]);
  if (k < 0.3) return;
  pen.beginPath();
  for (const { points } of edges) {
    const [x, y] = points[points.length - 1];
    if (x < seen.x0 || x - 7 > seen.x1 || y + 4 < seen.y0 || y - 4 > seen.y1) continue;
    pen.moveTo(x, y); pen.lineTo(x - 7, y - 3.8); pen.lineTo(x - 7, y + 3.8); pen.closePath();
  }
  pen.fill();
}

function face(x, y, w, h, radius, own, quiet, dashed) {
  pen.beginPath();
  pen.roundRect(x, y, w, h, radius);
  const alpha = pen.globalAlpha;
  pen.fillStyle = ink.card;
  pen.fill();
  if (!quiet) {
    pen.globalAlpha = alpha * 0.09;
    pen.fillStyle = own;
    pen.fill();
  }
  pen.globalAlpha = quiet ? alpha : alpha * 0.8;
  pen.strokeStyle = quiet ? ink.line : own;
  pen.lineWidth = 1.2;
  if (dashed) pen.setLineDash([4, 3]);
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = alpha;
}

function glyph(status, x, y, scale = 1) {
  pen.save();
  pen.translate(x, y);
  pen.scale(scale, scale);
  pen.strokeStyle = ink[status];
  pen.lineWidth = 1.9;
  pen.lineCap = pen.lineJoin = "round";
  pen.stroke(glyphs.get(status));
  pen.restore();
}

function ring(scene, key, x, y, w, h, radius) {
  const chosen = scene.selected === key;
  if (!chosen && scene.over !== key) return;
  const { k } = scene.view, out = 2.5;
  pen.globalAlpha = chosen ? 1 : 0.55;
  pen.strokeStyle = ink.focus;
  pen.lineWidth = Math.max(2, 1.6 / k);
  pen.beginPath();
  pen.roundRect(x - out, y - out, w + 2 * out, h + 2 * out, radius + out);
  pen.stroke();
}

function paintUnit(scene, unit, seen) {
  const { k } = scene.view, { x, y, w, h, status } = unit;
  const own = ink[status], quiet = settled(status);
  pen.globalAlpha = unit.lit ? 1 : 0.28;
  const radius = unit.kind === "cause" || status === "helper" || status === "changed" ? h / 2 : 9;
  if (k < MIDDLE && unit.kind !== "frame") {
    paintFar(unit, k, own, quiet, radius);
  } else if (unit.kind === "frame") {
    paintFrame(scene, unit, seen);
  } else {
    if (unit.kind === "fold") {
      face(x + 7, y + 7, w, h, radius, own, quiet, false);
      face(x + 3.5, y + 3.5, w, h, radius, own, quiet, false);
    }
    face(x, y, w, h, radius, own, quiet, status === "pending");
    paintText(unit, k, own);
  }
  ring(scene, unit.key, x, y, w, h, radius);
}

function paintFar(unit, k, own, quiet, radius) {
  const least = quiet ? 1.5 / k : 5 / k;
  const w = Math.max(unit.w, least), h = Math.max(unit.h, least);
  pen.globalAlpha *= quiet ? 0.55 : 1;
  pen.fillStyle = quiet ? ink.edge : own;
  pen.beginPath();
  pen.roundRect(unit.x - (w - unit.w) / 2, unit.y - (h - unit.h) / 2, w, h, radius);
  pen.fill();
}

function paintText(unit, k, own) {
  const { x, y, w, h } = unit, near = k >= NEAR;
  const single = !near || !(unit.detail || unit.end);
  const badge = (near ? unit.badge : unit.longBadge) ?? "", gap = badge ? 7 : 0;
  const grown = Math.min(GROWTH, Math.max(1, GROWTH * NEAR / k)), scale = near ? 1 : grown;
  glyph(unit.status, x + 10, single ? y + h / 2 - 8 * scale : y + 6.5, scale);
  pen.textBaseline = "alphabetic";
  const left = x + 10 + 23 * scale, base = single ? y + h / 2 + 4.6 * grown : y + 20;
  const font = `600 ${(13 * grown).toFixed(1)}px ${SANS}`;
  pen.font = font;
  pen.fillStyle = ink.ink;
  pen.fillText(unit.title, left, base);
  if (badge) {
    pen.fillStyle = settled(unit.status) ? ink.soft : own;
    pen.fillText(badge, left + (widthOf(unit.title, TITLE) + gap) * grown, base);
  }
  if (single) return;
  pen.font = SMALL;
  pen.fillStyle = ink.soft;
  pen.fillText(unit.detail, x + 33, y + 36);
  if (unit.end) {
    pen.textAlign = "right";
    pen.fillText(unit.end, x + w - 12, y + 36);
    pen.textAlign = "left";
  }
}

function paintFrame(scene, unit, seen) {
  const { k } = scene.view, { x, y, w, h, status } = unit, alpha = pen.globalAlpha;
  face(x, y, w, h, 11, ink[status], settled(status), false);
  if (k >= MIDDLE) {
    const titled = { ...unit, h: FRAME_HEAD, w: w - 26 };
    paintText(titled, Math.max(k, NEAR), ink[status]);
    pen.strokeStyle = ink.soft;
    pen.lineWidth = 1.6;
    pen.beginPath();
    pen.moveTo(x + w - 24, y + 23); pen.lineTo(x + w - 14, y + 23);
    pen.stroke();
  }
  for (const cell of unit.cells) {
    const cx = x + cell.dx, cy = y + cell.dy;
    if (cx > seen.x1 || cx + cell.w < seen.x0 || cy > seen.y1 || cy + CELL_HEIGHT < seen.y0) continue;
    const own = ink[cell.node.status], quiet = settled(cell.node.status);
    pen.globalAlpha = !scene.focus || scene.focus.has(cell.id) ? alpha : 0.28;
    if (k < MIDDLE * 1.4) {
      paintFar({ x: cx, y: cy, w: cell.w, h: CELL_HEIGHT }, k, own, quiet, 6);
    } else {
      face(cx, cy, cell.w, CELL_HEIGHT, 6, own, quiet, cell.node.status === "pending");
      glyph(cell.node.status, cx + 7, cy + 6, 0.85);
      pen.font = CELL;
      pen.fillStyle = ink.ink;
      if (k >= NEAR * 0.8) pen.fillText(cell.text, cx + 27, cy + 17.2);
    }
    ring(scene, keyOfNode(cell.id), cx, cy, cell.w, CELL_HEIGHT, 6);
  }
  pen.globalAlpha = alpha;
}
