//! The lines to the left of the rows: who feeds whom.
//!
//! A value that is still needed further down owns a lane, drawn as a vertical line from the row that makes it to the
//! last row that uses it. A row's node joins the lanes of its inputs (`├─` while the lane goes on, `╰─` where it
//! ends) and passes behind all others (`─│─`). As in `git log --graph`, a node right below another in the same
//! column takes over its lane and so uses its value; one that does not never stands there.
//!
//! There are only so many columns in a terminal. A value that finds no lane free has none, and whoever uses it says
//! so in words.

/// One row's lines.
pub(super) struct Row {
    /// The lines left of the node.
    pub before: String,
    /// The lines right of the node.
    pub after: String,
    /// Inputs that have no lane.
    pub unlined: Vec<usize>,
}

/// Lays out lanes row by row.
pub(super) struct Gutter {
    lanes: Vec<Option<Lane>>,
    most: usize,
    /// The column of the node in the row above.
    above: Option<usize>,
}

struct Lane {
    from: usize,
    uses: usize,
}

impl Gutter {
    pub(super) fn new(most: usize) -> Self {
        Self { lanes: Vec::new(), most, above: None }
    }

    /// The lines of the next row: `node` takes from `inputs` and is used `uses` times further down.
    pub(super) fn row(&mut self, node: usize, inputs: &[usize], uses: usize) -> Row {
        let column_of = |from: usize| self.lanes.iter().position(|lane| lane.as_ref().is_some_and(|l| l.from == from));
        let (lined, unlined): (Vec<usize>, Vec<usize>) = inputs.iter().partition(|&&input| column_of(input).is_some());
        let mut joined: Vec<usize> = lined.into_iter().filter_map(column_of).collect();
        joined.sort_unstable();
        for &column in &joined {
            if let Some(lane) = &mut self.lanes[column] {
                lane.uses -= 1;
            }
        }
        let ends = |lane: &Option<Lane>| lane.as_ref().is_some_and(|lane| lane.uses == 0);
        let taken_over = joined.iter().copied().find(|&column| ends(&self.lanes[column]));
        let column = taken_over.unwrap_or_else(|| self.free_after(joined.last().copied()));
        let (before, after) = self.draw(column, &joined);
        for lane in &mut self.lanes {
            if ends(lane) {
                *lane = None;
            }
        }
        if uses > 0 && column < self.most {
            if self.lanes.len() <= column {
                self.lanes.resize_with(column + 1, || None);
            }
            self.lanes[column] = Some(Lane { from: node, uses });
        }
        while self.lanes.last().is_some_and(Option::is_none) {
            self.lanes.pop();
        }
        self.above = Some(column);
        Row { before, after, unlined }
    }

    /// A row without a node: the lanes that pass.
    pub(super) fn passing(&self) -> String {
        let lines: String = self.lanes.iter().map(|lane| if lane.is_some() { "│ " } else { "  " }).collect();
        lines.trim_end().to_owned()
    }

    /// Tells the gutter that something else was written below the last row.
    pub(super) fn interrupt(&mut self) {
        self.above = None;
    }

    fn free_after(&self, last_input: Option<usize>) -> usize {
        let start = last_input.map_or(0, |column| column + 1);
        let is_free = |column: usize| self.lanes.get(column).is_none_or(Option::is_none);
        (start..).find(|&column| is_free(column) && self.above != Some(column)).unwrap_or(start)
    }

    fn draw(&self, column: usize, joined: &[usize]) -> (String, String) {
        let low = joined.first().map_or(column, |&first| first.min(column));
        let high = joined.last().map_or(column, |&last| last.max(column));
        let (mut before, mut after) = (String::new(), String::new());
        for at in 0..self.lanes.len().max(column + 1) {
            let side = if at < column { &mut before } else { &mut after };
            let lane = self.lanes.get(at).and_then(Option::as_ref);
            let goes_on = lane.is_some_and(|lane| lane.uses > 0);
            let outermost = at == low || at == high;
            if at != column {
                side.push(match (joined.contains(&at), goes_on, outermost, at < column) {
                    (true, true, true, true) => '├',
                    (true, true, true, false) => '┤',
                    (true, false, true, true) => '╰',
                    (true, false, true, false) => '╯',
                    (true, true, false, _) => '┼',
                    (true, false, false, _) => '┴',
                    (false, ..) if lane.is_some() => '│',
                    (false, ..) if (low..high).contains(&at) => '─',
                    (false, ..) => ' ',
                });
            }
            side.push(if (low..high).contains(&at) { '─' } else { ' ' });
        }
        (before, after.trim_end().to_owned())
    }
}
