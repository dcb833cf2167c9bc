// The picture, indexed, and what of it stands on the stage: units. A unit is a step, a cause, a folded fan-out, or a
// fan-out unfolded into a frame with a cell for each member.

const { picture, labels, looks, previews, fold } = JSON.parse(document.getElementById("data").textContent);

const nodeById = new Map(picture.nodes.map((node) => [node.id, node]));
const causeById = new Map(picture.causes.map((cause) => [cause.id, cause]));
const groups = picture.groups.filter((group) => group.members.length >= fold);
const groupOf = new Map(groups.flatMap((group) => group.members.map((id) => [id, group])));
const settled = (status) => ["fresh", "hit", "ran", "helper"].includes(status);
const rank = new Map(looks.map((look, at) => [look.slug, at]));
const lookOf = new Map(looks.map((look) => [look.slug, look]));

const labelOf = new Map(picture.nodes.map((node, at) => [node.id, labels[at]]));
const titleOf = (node) => labelOf.get(node.id).title;
const detailOf = (node) => labelOf.get(node.id).detail;

const inputsOf = new Map(), usersOf = new Map();
for (const edge of picture.edges) {
  push(usersOf, edge.from, edge);
  push(inputsOf, edge.to, edge);
}

function push(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

const number = (value) => value.toLocaleString("en-US");
const plural = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

function time(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 0.0009995) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 0.9995) return `${Math.round(seconds * 1e3)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds), two = (value) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

function size(bytes) {
  if (bytes === null || bytes === undefined) return "";
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let at = 0;
  for (; bytes >= 999.95 && at + 1 < units.length; at++) bytes /= 1000;
  return `${at ? bytes.toFixed(1).replace(/\.0$/, "") : bytes} ${units[at]}`;
}

const sum = (nodes, field) => {
  const known = nodes.map((node) => node[field]).filter((value) => value !== null && value !== undefined);
  return known.length ? known.reduce((a, b) => a + b, 0) : null;
};

// A sum of sizes, and how many are in it if some are not known.
const sizes = (bytes, known, all) => known ? size(bytes) + (known < all ? ` (${number(known)} of ${number(all)} known)` : "") : "";

// Helpers are things, and have a plural; all other words are states.
const wordFor = (status, count) => lookOf.get(status).word + (count !== 1 && lookOf.get(status).word.endsWith("helper") ? "s" : "");

// Counts in words, what needs attention first: "3 stale · 397 fresh".
const counted = (statuses) =>
  Object.entries(statuses).sort(([a], [b]) => rank.get(a) - rank.get(b))
    .map(([status, count]) => `${number(count)} ${wordFor(status, count)}`).join(" · ");

// Names of units, which are also what a link in the address selects: n12, g3, c0.
const keyOfNode = (id) => `n${id}`, keyOfGroup = (id) => `g${id}`, keyOfCause = (id) => `c${id}`;

function buildUnits(unfolded) {
  const units = [], unitOf = new Map();
  for (const cause of picture.causes) {
    units.push({ key: keyOfCause(cause.id), kind: "cause", cause, status: "cause", ids: [] });
  }
  const started = new Set();
  for (const node of picture.nodes) {
    const group = groupOf.get(node.id);
    if (!group) {
      units.push({ key: keyOfNode(node.id), kind: "node", node, status: node.status, ids: [node.id] });
    } else if (!started.has(group.id)) {
      started.add(group.id);
      const face = nodeById.get(group.worst);
      const kind = unfolded.has(group.id) ? "frame" : "fold";
      units.push({ key: keyOfGroup(group.id), kind, group, node: face, status: face.status, ids: group.members });
    }
  }
  units.forEach((unit, at) => { unit.at = at; unit.ids.forEach((id) => unitOf.set(id, unit)); });
  return { units, unitOf, edges: buildEdges(units, unitOf) };
}

function buildEdges(units, unitOf) {
  const joined = new Map();
  for (const edge of picture.edges) {
    const from = unitOf.get(edge.from), to = unitOf.get(edge.to);
    if (from === to) continue;
    const key = from.at * units.length + to.at;
    const known = joined.get(key);
    if (known) {
      known.redundant = known.redundant && edge.redundant;
      known.back = known.back && edge.back;
    } else {
      joined.set(key, { from, to, redundant: edge.redundant, back: edge.back, blame: false });
    }
  }
  const blame = [];
  for (const unit of units) {
    if (unit.kind !== "cause") continue;
    const hit = new Set(unit.cause.stale.map((id) => unitOf.get(id)));
    for (const to of hit) blame.push({ from: unit, to, redundant: false, back: false, blame: true });
  }
  return [...blame, ...joined.values()];
}

// Every step that `id` depends on or feeds.
function lineage(ids) {
  const seen = new Set(ids);
  for (const [edges, end] of [[inputsOf, "from"], [usersOf, "to"]]) {
    const waiting = [...ids];
    const here = new Set(ids);
    while (waiting.length) {
      for (const edge of edges.get(waiting.pop()) ?? []) {
        if (!here.has(edge[end])) { here.add(edge[end]); seen.add(edge[end]); waiting.push(edge[end]); }
      }
    }
  }
  return seen;
}

// Steps whose text holds every word of the query.
const texts = new Map();
function find(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  if (!texts.size) {
    for (const node of picture.nodes) {
      const values = node.arguments.map(([name, value]) => `${name}=${value}`);
      const parts = [node.label, node.function, lookOf.get(node.status).word, node.reason, node.reason_kind, node.message, ...values, ...node.exports];
      texts.set(node.id, parts.filter(Boolean).join("\n").toLowerCase());
    }
  }
  return picture.nodes.filter((node) => words.every((word) => texts.get(node.id).includes(word)));
}
