//! Rows for a terminal: one a step, inputs above what uses them, lines in a gutter on the left, what changed below,
//! and a legend of what is there.
//!
//! No row is wider than asked for. With more items than the fold allows, the ones in most need of attention keep
//! their rows, and each run of others shrinks to one row that counts them.

mod gutter;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use owo_colors::{OwoColorize, Style};

use self::gutter::Gutter;
use crate::draw::Options;
use crate::draw::fold::Folded;
use crate::draw::picture::{Cause, Node, Picture};
use crate::draw::status::{Look, Status, cause_look};
use crate::words::formats;

pub(super) fn render(picture: &Picture, options: &Options) -> String {
    let folded = Folded::new(picture, options.fold);
    let page = Page { folded: &folded, options, width: options.width.max(40) };
    let mut out = page.heading();
    page.rows(&mut out);
    page.causes(&mut out);
    page.legend(&mut out);
    out
}

struct Page<'a> {
    folded: &'a Folded<'a>,
    options: &'a Options,
    width: usize,
}

impl Page<'_> {
    fn paint(&self, text: &str, style: Style) -> String {
        if self.options.colour && !text.is_empty() { text.style(style).to_string() } else { text.to_owned() }
    }

    fn glyph(&self, look: &Look) -> String {
        self.paint(&look.glyph.to_string(), Style::new().color(look.ansi))
    }

    fn dim(&self, text: &str) -> String {
        self.paint(text, Style::new().dimmed())
    }

    fn heading(&self) -> String {
        let picture = self.folded.picture;
        let name = formats::fit(&formats::one_line(&picture.pipeline), self.width);
        let rest = formats::fit(&format!(" · {}", picture.whole_caption()), self.width - formats::columns(&name));
        format!("{}{}\n\n", self.paint(&name, Style::new().bold()), self.dim(&rest))
    }

    fn rows(&self, out: &mut String) {
        let shown = self.shown();
        let mut inputs: Vec<Vec<usize>> = vec![Vec::new(); self.folded.items.len()];
        let mut uses = vec![0; self.folded.items.len()];
        let mut backwards: Vec<Vec<usize>> = vec![Vec::new(); self.folded.items.len()];
        for edge in &self.folded.edges {
            let hidden = edge.redundant && !self.options.redundant;
            if edge.back {
                backwards[edge.to].push(edge.from);
            } else if !hidden && shown.contains(&edge.from) && shown.contains(&edge.to) {
                inputs[edge.to].push(edge.from);
                uses[edge.from] += 1;
            }
        }
        let mut gutter = Gutter::new(self.width / 5);
        let mut skipped: Vec<usize> = Vec::new();
        for item in order(&inputs) {
            if !shown.contains(&item) {
                skipped.push(item);
                continue;
            }
            self.skipped(out, &mut skipped, &mut gutter);
            let row = gutter.row(item, &inputs[item], uses[item]);
            let named: Vec<usize> = row.unlined.iter().chain(&backwards[item]).copied().collect();
            self.row(out, item, &row.before, &row.after, &named);
        }
        self.skipped(out, &mut skipped, &mut gutter);
        out.push('\n');
    }

    /// The items that get a row of their own: all, or as many as fit, the ones in most need of attention first.
    fn shown(&self) -> BTreeSet<usize> {
        let mut items: Vec<usize> = (0..self.folded.items.len()).collect();
        items.sort_by_key(|&item| self.folded.face(item).status);
        items.into_iter().take(self.options.fold.nodes).collect()
    }

    fn skipped(&self, out: &mut String, skipped: &mut Vec<usize>, gutter: &mut Gutter) {
        if skipped.is_empty() {
            return;
        }
        let mut statuses: BTreeMap<Status, usize> = BTreeMap::new();
        for item in skipped.drain(..) {
            for (status, count) in self.folded.statuses(item) {
                *statuses.entry(status).or_insert(0) += count;
            }
        }
        let counts: Vec<String> = statuses.into_iter().map(|(status, count)| status.counted(count)).collect();
        let lines = gutter.passing();
        let text = formats::fit(&format!("⋮ {}", counts.join(", ")), self.width - formats::columns(&lines) - 1);
        let gap = if lines.is_empty() { "" } else { " " };
        let _ = writeln!(out, "{}", self.dim(&format!("{lines}{gap}{text}")));
        gutter.interrupt();
    }

    fn row(&self, out: &mut String, item: usize, before: &str, after: &str, named: &[usize]) {
        let node = self.folded.face(item);
        let time = self.folded.seconds(item).map(formats::seconds).unwrap_or_default();
        let used = formats::columns(before) + 1 + formats::columns(after) + 1;
        let room = self.width.saturating_sub(used + 1 + formats::columns(&time).max(7)).max(8);

        let (remark, places) = (self.remark(node), self.places(node, named));
        let both = remark.iter().chain(&places).map(|part| formats::columns(part) + 2).sum::<usize>();
        let label = formats::one_line(&self.folded.label(item));
        let wanted = formats::columns(&label);
        let label = formats::fit(&label, wanted.min(room - both.min(room / 3)));
        let left = room - formats::columns(&label);
        // That a step is pending, its glyph says, so where its value goes is told before what it waits for.
        let remark = remark.filter(|_| node.status != Status::Pending || places.is_none() || both <= left);
        let note = noted(remark, places, left.saturating_sub(2));
        let fill = self
            .width
            .saturating_sub(used + formats::columns(&label) + columns_with_gap(&note) + formats::columns(&time));

        let style = if node.status.is_reused() { Style::new() } else { Style::new().bold() };
        let gap = if note.is_empty() { "" } else { "  " };
        let line = format!(
            "{}{}{} {}{gap}{}{}{}",
            self.dim(before),
            self.glyph(&node.status.look()),
            self.dim(after),
            self.paint(&label, style),
            self.dim(&note),
            if time.is_empty() { String::new() } else { " ".repeat(fill) },
            self.dim(&time),
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }

    /// Why a step is not fresh: the numbers of the causes, or in words.
    fn remark(&self, node: &Node) -> Option<String> {
        let mut parts = Vec::new();
        if !node.causes.is_empty() {
            let causes = &self.folded.picture.causes;
            let numbers = causes.iter().enumerate().filter(|(_, cause)| node.causes.contains(&cause.id));
            let marks: Vec<String> =
                numbers.map(|(number, _)| format!("{}{}", cause_look().glyph, number + 1)).collect();
            parts.push(marks.join(" "));
        }
        let says_more = node.causes.is_empty() || node.message.is_some() || node.retries > 0;
        let is_told = says_more && !node.status.is_reused();
        parts.extend(node.remark().filter(|_| is_told).map(|remark| formats::one_line(&remark)));
        (!parts.is_empty()).then(|| parts.join("  "))
    }

    /// Where a step's inputs are that have no line, and where its value goes.
    fn places(&self, node: &Node, named: &[usize]) -> Option<String> {
        let mut parts = Vec::new();
        if !named.is_empty() {
            let names: Vec<String> = named.iter().map(|&item| formats::one_line(&self.folded.label(item))).collect();
            parts.push(format!("← {}", names.join(", ")));
        }
        if !node.exports.is_empty() {
            parts.push(format!("→ {}", formats::one_line(&node.exports.join(", "))));
        }
        (!parts.is_empty()).then(|| parts.join("  "))
    }

    fn causes(&self, out: &mut String) {
        for (number, (cause, (_, items))) in self.folded.picture.causes.iter().zip(&self.folded.blamed).enumerate() {
            let look = cause_look();
            let mark = format!("{}{}", look.glyph, number + 1);
            let source =
                cause.source.as_ref().map(|source| format!("  {}", formats::one_line(source))).unwrap_or_default();
            let room = self.width - formats::columns(&mark) - 1;
            let label = formats::fit(&formats::one_line(&cause.label), room);
            let source = formats::fit(&source, room - formats::columns(&label));
            let mark = self.paint(&mark, Style::new().color(look.ansi));
            let label = self.paint(&label, Style::new().bold());
            let _ = writeln!(out, "{mark} {label}{}", self.dim(&source));
            let effect = formats::fit(&self.effect(cause, items), self.width - 3);
            let _ = writeln!(out, "   {effect}");
        }
        if !self.folded.picture.causes.is_empty() {
            out.push('\n');
        }
    }

    /// `makes stale: train ×3, and 1 step behind them`.
    fn effect(&self, cause: &Cause, items: &[usize]) -> String {
        let mut names: BTreeMap<&str, Vec<&Node>> = BTreeMap::new();
        for &item in items {
            for node in self.folded.members(item).filter(|node| node.causes.contains(&cause.id)) {
                names.entry(&node.label.title).or_default().push(node);
            }
        }
        let mut parts: Vec<String> = names
            .into_iter()
            .map(|(title, nodes)| match nodes.as_slice() {
                [node] => formats::one_line(&node.label.to_string()),
                nodes => format!("{} ×{}", formats::one_line(title), formats::thousands(nodes.len())),
            })
            .collect();
        if parts.len() > 4 {
            let more = parts.split_off(3).len();
            parts.push(format!("{more} more functions"));
        }
        if parts.is_empty() {
            return "makes nothing here stale".to_owned();
        }
        let behind = match cause.behind {
            0 => String::new(),
            behind => format!(", and {} behind", formats::count(behind, "step")),
        };
        format!("makes stale: {}{behind}", parts.join(", "))
    }

    fn legend(&self, out: &mut String) {
        let totals = &self.folded.picture.totals;
        let mut parts: Vec<(String, usize)> = Vec::new();
        for (status, count) in &totals.statuses {
            let text = status.counted(*count);
            parts.push((format!("{} {text}", self.glyph(&status.look())), formats::columns(&text) + 2));
        }
        let causes = self.folded.picture.causes.len();
        if causes > 0 {
            let text = format!("{causes} changed");
            parts.push((format!("{} {text}", self.glyph(&cause_look())), formats::columns(&text) + 2));
        }
        let is_plan = totals.statuses.keys().any(|status| !status.is_over());
        if totals.seconds_to_do > 0.0 && is_plan {
            let text = format!("{} to do, one by one", formats::seconds(totals.seconds_to_do));
            parts.push((self.dim(&text), formats::columns(&text)));
        }
        let mut used = 0;
        for (text, columns) in parts {
            if used > 0 && used + 3 + columns > self.width {
                out.push('\n');
                used = 0;
            }
            let gap = if used > 0 { "   " } else { "" };
            let _ = write!(out, "{gap}{text}");
            used += gap.len() + columns;
        }
        out.push('\n');
    }
}

/// What a row says after its label, in so many columns: where a value goes is not told elsewhere, so a reason yields.
fn noted(remark: Option<String>, places: Option<String>, room: usize) -> String {
    const LEAST: usize = 8;
    let for_places = places.as_deref().map_or(0, |places| formats::columns(places) + 2);
    let remark = remark.map(|remark| formats::fit(&remark, room.saturating_sub(for_places).max(LEAST)));
    let note = remark.into_iter().chain(places).collect::<Vec<_>>().join("  ");
    if room > 2 { formats::fit(&note, room) } else { String::new() }
}

fn columns_with_gap(note: &str) -> usize {
    if note.is_empty() { 0 } else { formats::columns(note) + 2 }
}

/// Inputs first, and what was just fed next: short lines.
fn order(inputs: &[Vec<usize>]) -> Vec<usize> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); inputs.len()];
    for (to, from) in inputs.iter().enumerate().flat_map(|(to, inputs)| inputs.iter().map(move |&from| (to, from))) {
        children[from].push(to);
    }
    let mut missing: Vec<usize> = inputs.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..inputs.len()).rev().filter(|&item| missing[item] == 0).collect();
    let mut order = Vec::with_capacity(inputs.len());
    while let Some(item) = ready.pop() {
        order.push(item);
        for &child in children[item].iter().rev() {
            missing[child] -= 1;
            if missing[child] == 0 {
                ready.push(child);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests;
