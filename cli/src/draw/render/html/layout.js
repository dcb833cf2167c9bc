// Where units go, left to right. The steps are those of layout.rs, which explains them.

const BETWEEN_UNITS = 18, STOP_HEIGHT = 6, ORDER_SWEEPS = 20, HEIGHT_SWEEPS = 28;

function layout(units, edges) {
  edges = edges.filter((edge) => !edge.back);
  const layer = layersOf(units.length, edges);
  const net = { layer, count: units.length, height: units.map((unit) => unit.h), left: [], right: [], layers: [], stops: [] };
  units.forEach((_, at) => { net.left.push([]); net.right.push([]); net.stops.push([]); });
  for (let at = 0; at <= Math.max(-1, ...layer); at++) net.layers.push([]);
  layer.forEach((l, at) => net.layers[l].push(at));
  const connect = (a, b) => { net.right[a].push(b); net.left[b].push(a); };
  for (const { from, to } of edges) {
    let at = from.at;
    const stops = net.stops[from.at];
    for (let step = 0; step < layer[to.at] - layer[from.at] - 1; step++) {
      if (stops.length === step) {
        const stop = net.layer.length, l = layer[from.at] + step + 1;
        net.layer.push(l); net.layers[l].push(stop); net.height.push(STOP_HEIGHT); net.left.push([]); net.right.push([]);
        connect(at, stop);
        stops.push(stop);
      }
      at = stops[step];
    }
    connect(at, to.at);
  }
  orderLayers(net);
  const centre = centres(net);
  return finish(net, centre, units, edges);
}

function layersOf(count, edges) {
  const out = Array.from({ length: count }, () => []), missing = new Int32Array(count);
  for (const { from, to } of edges) { out[from.at].push(to.at); missing[to.at]++; }
  const source = Array.from(missing, (inputs) => inputs === 0);
  const layer = new Array(count).fill(0);
  const ready = [];
  for (let at = 0; at < count; at++) if (source[at]) ready.push(at);
  while (ready.length) {
    const at = ready.pop();
    for (const to of out[at]) {
      layer[to] = Math.max(layer[to], layer[at] + 1);
      if (--missing[to] === 0) ready.push(to);
    }
  }
  for (let at = 0; at < count; at++) {
    if (source[at] && out[at].length) layer[at] = Math.min(...out[at].map((to) => layer[to])) - 1;
  }
  return layer;
}

function mean(list, values) {
  let total = 0;
  for (const at of list) total += values[at];
  return list.length ? total / list.length : null;
}

function orderLayers(net) {
  const rank = new Float64Array(net.layer.length);
  let best = net.layers.map((layer) => layer.slice()), fewest = crossings(net);
  for (let sweep = 0; sweep < ORDER_SWEEPS && fewest > 0; sweep++) {
    const forwards = sweep % 2 === 0, count = net.layers.length;
    for (let step = 0; step < count; step++) {
      const at = forwards ? step : count - 1 - step, near = forwards ? net.left : net.right;
      const keyed = net.layers[at].map((node, place) => ({ node, key: mean(near[node], rank) ?? place }));
      keyed.sort((a, b) => a.key - b.key);
      net.layers[at] = keyed.map(({ node }, place) => { rank[node] = place; return node; });
    }
    const now = crossings(net);
    if (now < fewest) { fewest = now; best = net.layers.map((layer) => layer.slice()); }
  }
  net.layers = best;
}

function crossings(net) {
  const place = new Int32Array(net.layer.length);
  for (const layer of net.layers) layer.forEach((node, at) => { place[node] = at; });
  let total = 0;
  for (let l = 0; l + 1 < net.layers.length; l++) {
    const tree = new Int32Array(net.layers[l + 1].length + 1);
    let seen = 0;
    for (const node of net.layers[l]) {
      const ends = net.right[node].map((to) => place[to]);
      for (const end of ends) {
        let notAbove = 0;
        for (let at = end + 1; at > 0; at &= at - 1) notAbove += tree[at];
        total += seen - notAbove;
      }
      for (const end of ends) {
        for (let at = end + 1; at < tree.length; at += at & -at) tree[at]++;
      }
      seen += ends.length;
    }
  }
  return total;
}

function centres(net) {
  const centre = new Float64Array(net.layer.length);
  for (const layer of net.layers) settle(net, centre, layer, () => 0);
  for (let sweep = 0; sweep < HEIGHT_SWEEPS; sweep++) {
    const forwards = sweep % 2 === 0, both = sweep + 16 >= HEIGHT_SWEEPS;
    for (let step = 0; step < net.layers.length; step++) {
      const at = forwards ? step : net.layers.length - 1 - step;
      settle(net, centre, net.layers[at], (node) => {
        if (both) return pull(net, centre, node);
        const left = mean(net.left[node], centre), right = mean(net.right[node], centre);
        return (forwards ? left ?? right : right ?? left) ?? centre[node];
      });
    }
  }
  return centre;
}

function pull(net, centre, node) {
  let total = 0, weights = 0;
  for (const [near, links] of [[net.left[node], net.right], [net.right[node], net.left]]) {
    for (const at of near) {
      const weight = 1 / Math.max(links[at].length, near.length) ** 2;
      total += weight * centre[at];
      weights += weight;
    }
  }
  return weights ? total / weights : centre[node];
}

function settle(net, centre, nodes, wish) {
  const offsets = [], pools = [];
  let offset = 0;
  nodes.forEach((node, place) => {
    if (place) offset += (net.height[nodes[place - 1]] + net.height[node]) / 2 + BETWEEN_UNITS;
    offsets.push(offset);
    const weight = node < net.count ? 1 : 4;
    let pool = { sum: (wish(node) - offset) * weight, weight, count: 1 };
    for (let above = pools.at(-1); above && above.sum / above.weight > pool.sum / pool.weight; above = pools.at(-1)) {
      pools.pop();
      pool = { sum: above.sum + pool.sum, weight: above.weight + pool.weight, count: above.count + pool.count };
    }
    pools.push(pool);
  });
  let place = 0;
  for (const pool of pools) {
    for (let n = 0; n < pool.count; n++, place++) centre[nodes[place]] = pool.sum / pool.weight + offsets[place];
  }
}

function finish(net, centre, units, edges) {
  let top = Infinity;
  net.layer.forEach((_, at) => { top = Math.min(top, centre[at] - net.height[at] / 2); });
  const lefts = [], widths = [];
  let x = 0;
  for (const layer of net.layers) {
    const width = layer.reduce((most, at) => (at < net.count ? Math.max(most, units[at].w) : most), 0);
    lefts.push(x); widths.push(width);
    x += width + 40 + Math.min(120, 6 * layer.reduce((lines, at) => lines + net.right[at].length, 0));
  }
  units.forEach((unit, at) => { unit.x = lefts[net.layer[at]]; unit.y = centre[at] - unit.h / 2 - top; });
  for (const edge of edges) {
    const { from, to } = edge, points = [[from.x + from.w, centre[from.at] - top]];
    for (const stop of net.stops[from.at].slice(0, net.layer[to.at] - net.layer[from.at] - 1)) {
      const left = lefts[net.layer[stop]], y = centre[stop] - top;
      points.push([left, y], [left + widths[net.layer[stop]], y]);
    }
    points.push([to.x, centre[to.at] - top]);
    setPoints(edge, points);
  }
}

function setPoints(edge, points) {
  edge.points = points;
  edge.x0 = Math.min(...points.map(([px]) => px)); edge.x1 = Math.max(...points.map(([px]) => px));
  edge.y0 = Math.min(...points.map(([, py]) => py)); edge.y1 = Math.max(...points.map(([, py]) => py));
}
