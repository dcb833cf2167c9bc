//! Where boxes go, left to right: the method of Sugiyama, each step in its simplest good form.
//!
//! 1. **Layers** by the longest way from an input; an input itself stands right before the first that uses it.
//! 2. A value used further away than the next layer gets one chain of **stops**, shared by all who use it, so its
//!    lines run as one for as long as they can.
//! 3. **Order** in each layer by barycentres, a few sweeps, keeping the order with the fewest crossings.
//! 4. **Heights** by least squares: each box wants the mean height of its neighbours and must keep its distance to
//!    the next. That is an isotonic regression, which pooling adjacent violators solves exactly in linear time.
//!
//! `render/html/layout.js` follows the same steps, because the reader of a page unfolds and hides boxes there.

/// A box's size, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub width: f64,
    pub height: f64,
}

/// A point, in pixels from the top left.
pub(super) type Point = (f64, f64);

/// Where everything is.
pub(super) struct Layout {
    /// The top left corner of each box.
    pub corners: Vec<Point>,
    /// For each edge the points its line goes through, box to box.
    pub lines: Vec<Vec<Point>>,
    pub width: f64,
    pub height: f64,
}

const BETWEEN_BOXES: f64 = 14.0;
const STOP_HEIGHT: f64 = 6.0;
const ORDER_SWEEPS: usize = 20;
const HEIGHT_SWEEPS: usize = 28;

/// Lays out boxes that come in an order in which every edge leads forwards.
pub(super) fn layout(boxes: &[Size], edges: &[(usize, usize)]) -> Layout {
    let mut net = Net::new(boxes, edges);
    net.order();
    net.heights();
    net.finish(boxes, edges)
}

/// Boxes, then stops, with segments only from one layer to the next.
struct Net {
    layer: Vec<usize>,
    height: Vec<f64>,
    centre: Vec<f64>,
    /// Neighbours to the left and to the right.
    left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
    layers: Vec<Vec<usize>>,
    boxes: usize,
    /// The stops of each box, layer by layer.
    stops: Vec<Vec<usize>>,
}

impl Net {
    fn new(boxes: &[Size], edges: &[(usize, usize)]) -> Self {
        let layer = layers(boxes.len(), edges);
        let mut net = Self {
            height: boxes.iter().map(|size| size.height).collect(),
            centre: Vec::new(),
            left: vec![Vec::new(); boxes.len()],
            right: vec![Vec::new(); boxes.len()],
            layers: vec![Vec::new(); layer.iter().max().map_or(0, |last| last + 1)],
            boxes: boxes.len(),
            stops: vec![Vec::new(); boxes.len()],
            layer,
        };
        for node in 0..boxes.len() {
            net.layers[net.layer[node]].push(node);
        }
        for &(from, to) in edges {
            let mut at = from;
            for step in 0..net.layer[to] - net.layer[from] - 1 {
                if net.stops[from].len() == step {
                    let stop = net.add_stop(net.layer[from] + step + 1);
                    net.connect(at, stop);
                    net.stops[from].push(stop);
                }
                at = net.stops[from][step];
            }
            net.connect(at, to);
        }
        net
    }

    fn add_stop(&mut self, layer: usize) -> usize {
        let stop = self.layer.len();
        self.layer.push(layer);
        self.layers[layer].push(stop);
        self.height.push(STOP_HEIGHT);
        self.left.push(Vec::new());
        self.right.push(Vec::new());
        stop
    }

    fn connect(&mut self, from: usize, to: usize) {
        self.right[from].push(to);
        self.left[to].push(from);
    }

    fn order(&mut self) {
        let mut rank = vec![0.0; self.layer.len()];
        let mut best = (self.crossings(), self.layers.clone());
        for sweep in 0..ORDER_SWEEPS {
            let forwards = sweep % 2 == 0;
            let count = self.layers.len();
            for step in 0..count {
                let at = if forwards { step } else { count - 1 - step };
                let near = if forwards { &self.left } else { &self.right };
                let mut keyed: Vec<(f64, usize)> = Vec::with_capacity(self.layers[at].len());
                for (place, &node) in self.layers[at].iter().enumerate() {
                    keyed.push((mean(&near[node], &rank).unwrap_or(place as f64), node));
                }
                keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
                for (place, (slot, &(_, node))) in self.layers[at].iter_mut().zip(&keyed).enumerate() {
                    *slot = node;
                    rank[node] = place as f64;
                }
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
            }
        }
        self.layers = best.1;
    }

    /// Counts crossings with a Fenwick tree over the places of the right-hand layer.
    fn crossings(&self) -> usize {
        let mut place = vec![0; self.layer.len()];
        for layer in &self.layers {
            for (at, &node) in layer.iter().enumerate() {
                place[node] = at;
            }
        }
        let mut total = 0;
        for pair in self.layers.windows(2) {
            let mut tree = vec![0usize; pair[1].len() + 1];
            let mut seen = 0;
            for &node in &pair[0] {
                let mut ends: Vec<usize> = self.right[node].iter().map(|&to| place[to]).collect();
                ends.sort_unstable();
                for &end in &ends {
                    let (mut at, mut not_above) = (end + 1, 0);
                    while at > 0 {
                        not_above += tree[at];
                        at &= at - 1;
                    }
                    total += seen - not_above;
                }
                for end in ends {
                    seen += 1;
                    let mut at = end + 1;
                    while at < tree.len() {
                        tree[at] += 1;
                        at += at & at.wrapping_neg();
                    }
                }
            }
        }
        total
    }

    fn heights(&mut self) {
        self.centre = vec![0.0; self.layer.len()];
        for layer in 0..self.layers.len() {
            self.settle(layer, |_, _| Some(0.0));
        }
        for sweep in 0..HEIGHT_SWEEPS {
            // The last sweeps look both ways, which straightens chains.
            let both = sweep + 16 >= HEIGHT_SWEEPS;
            for step in 0..self.layers.len() {
                let at = if sweep % 2 == 0 { step } else { self.layers.len() - 1 - step };
                self.settle(at, |net, node| {
                    if both {
                        return net.pull(node);
                    }
                    let (left, right) = (mean(&net.left[node], &net.centre), mean(&net.right[node], &net.centre));
                    if sweep % 2 == 0 { left.or(right) } else { right.or(left) }
                });
            }
        }
    }

    /// The mean height of a node's neighbours on both sides. One that has many other neighbours pulls less.
    fn pull(&self, node: usize) -> Option<f64> {
        let left = self.left[node].iter().map(|&near| (near, self.right[near].len().max(self.left[node].len())));
        let right = self.right[node].iter().map(|&near| (near, self.left[near].len().max(self.right[node].len())));
        let (mut sum, mut weights) = (0.0, 0.0);
        for (near, links) in left.chain(right) {
            let weight = 1.0 / (links * links) as f64;
            sum += weight * self.centre[near];
            weights += weight;
        }
        (weights > 0.0).then(|| sum / weights)
    }

    /// Puts a layer's boxes as near as possible to where they want to be, in order and apart.
    fn settle(&mut self, layer: usize, wish: impl Fn(&Self, usize) -> Option<f64>) {
        let nodes = &self.layers[layer];
        let mut offset = 0.0;
        let mut offsets = Vec::with_capacity(nodes.len());
        let mut pools: Vec<(f64, f64, usize)> = Vec::new();
        for (place, &node) in nodes.iter().enumerate() {
            if place > 0 {
                offset += (self.height[nodes[place - 1]] + self.height[node]) / 2.0 + BETWEEN_BOXES;
            }
            offsets.push(offset);
            // Stops weigh more: a long line had better be straight.
            let weight = if node < self.boxes { 1.0 } else { 4.0 };
            let wanted = wish(self, node).unwrap_or(self.centre[node]) - offset;
            pools.push((wanted * weight, weight, 1));
            while let [.., above, below] = pools.as_slice() {
                if above.0 / above.1 <= below.0 / below.1 {
                    break;
                }
                let pooled = (above.0 + below.0, above.1 + below.1, above.2 + below.2);
                pools.truncate(pools.len() - 2);
                pools.push(pooled);
            }
        }
        let places = pools.into_iter().flat_map(|(sum, weight, count)| std::iter::repeat_n(sum / weight, count));
        let centres: Vec<f64> = places.zip(offsets).map(|(place, offset)| place + offset).collect();
        for (&node, centre) in nodes.iter().zip(centres) {
            self.centre[node] = centre;
        }
    }

    fn finish(self, boxes: &[Size], edges: &[(usize, usize)]) -> Layout {
        let top = (0..self.layer.len()).map(|node| self.centre[node] - self.height[node] / 2.0).reduce(f64::min);
        let bottom = (0..self.layer.len()).map(|node| self.centre[node] + self.height[node] / 2.0).reduce(f64::max);
        let (top, bottom) = (top.unwrap_or(0.0), bottom.unwrap_or(0.0));
        let mut lefts = Vec::with_capacity(self.layers.len());
        let mut widths = Vec::with_capacity(self.layers.len());
        let mut x = 0.0;
        for (at, layer) in self.layers.iter().enumerate() {
            let inside = layer.iter().filter(|&&node| node < self.boxes);
            let width = inside.map(|&node| boxes[node].width).fold(0.0, f64::max);
            lefts.push(x);
            widths.push(width);
            x += width;
            if at + 1 < self.layers.len() {
                x += gap(layer.iter().map(|&node| self.right[node].len()).sum());
            }
        }
        let corner = |node: usize| (lefts[self.layer[node]], self.centre[node] - self.height[node] / 2.0 - top);
        let middle = |node: usize| self.centre[node] - top;
        let line = |&(from, to): &(usize, usize)| {
            let mut points = vec![(lefts[self.layer[from]] + boxes[from].width, middle(from))];
            for &stop in self.stops[from].iter().take(self.layer[to] - self.layer[from] - 1) {
                let left = lefts[self.layer[stop]];
                points.push((left, middle(stop)));
                points.push((left + widths[self.layer[stop]], middle(stop)));
            }
            points.push((lefts[self.layer[to]], middle(to)));
            points
        };
        Layout {
            corners: (0..boxes.len()).map(corner).collect(),
            lines: edges.iter().map(line).collect(),
            width: x,
            height: bottom - top,
        }
    }
}

/// Room for lines to turn in: the more there are between two layers, the more of it.
fn gap(lines: usize) -> f64 {
    40.0 + (6 * lines).min(100) as f64
}

fn layers(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut sorted = edges.to_vec();
    sorted.sort_unstable();
    let mut layer = vec![0; count];
    for &(from, to) in &sorted {
        layer[to] = layer[to].max(layer[from] + 1);
    }
    let mut nearest = vec![usize::MAX; count];
    let mut has_input = vec![false; count];
    for &(from, to) in &sorted {
        nearest[from] = nearest[from].min(layer[to]);
        has_input[to] = true;
    }
    for node in (0..count).filter(|&node| !has_input[node] && nearest[node] != usize::MAX) {
        layer[node] = nearest[node] - 1;
    }
    layer
}

fn mean(nodes: &[usize], values: &[f64]) -> Option<f64> {
    (!nodes.is_empty()).then(|| nodes.iter().map(|&node| values[node]).sum::<f64>() / nodes.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: Size = Size { width: 100.0, height: 40.0 };

    #[test]
    fn a_chain_is_a_straight_line_from_left_to_right() {
        let layout = layout(&[BOX; 3], &[(0, 1), (1, 2)]);
        assert_eq!(layout.corners, [(0.0, 0.0), (146.0, 0.0), (292.0, 0.0)]);
        assert_eq!(layout.lines[0], [(100.0, 20.0), (146.0, 20.0)]);
        assert_eq!((layout.width, layout.height), (392.0, 40.0));
    }

    #[test]
    fn boxes_never_overlap() {
        let edges: Vec<(usize, usize)> =
            (1..200).flat_map(|to| [(to / 2, to), (to * 2 / 3, to)]).filter(|(a, b)| a < b).collect();
        let layout = layout(&[BOX; 200], &edges);
        for (at, a) in layout.corners.iter().enumerate() {
            for b in &layout.corners[at + 1..] {
                assert!((a.0 - b.0).abs() >= 100.0 || (a.1 - b.1).abs() >= 40.0, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn crossed_pairs_are_uncrossed() {
        let layout = layout(&[BOX; 4], &[(0, 3), (1, 2)]);
        assert_eq!(layout.corners[0].1, layout.corners[3].1);
        assert_eq!(layout.corners[1].1, layout.corners[2].1);
    }

    #[test]
    fn an_input_stands_right_before_what_uses_it() {
        let layout = layout(&[BOX; 4], &[(0, 2), (1, 3), (2, 3)]);
        assert_eq!(layout.corners[1].0, layout.corners[2].0);
    }
}
