//! SVG, for documents: one picture that is light or dark as the reader's system is.
//!
//! Fonts are the reader's; widths of texts are estimated on the wide side, and what is too long is cut.

use std::fmt::Write as _;

use crate::draw::Options;
use crate::draw::fold::Folded;
use crate::draw::layout::{Layout, Point, Size, layout};
use crate::draw::picture::Picture;
use crate::draw::status::{Look, Status, cause_look};
use crate::words::formats;

const ROW: f64 = 46.0;
const MARGIN: f64 = 24.0;
const HEAD: f64 = 34.0;
const FOOT: f64 = 40.0;
const LONGEST: usize = 34;

pub(super) fn render(picture: &Picture, options: &Options) -> String {
    let folded = Folded::new(picture, options.fold);
    let cards = cards(&folded);
    let causes = picture.causes.len();
    let sizes: Vec<Size> = cards.iter().map(Card::size).collect();
    let mut edges: Vec<(usize, usize)> = Vec::new();
    let mut classes: Vec<&str> = Vec::new();
    for edge in folded.edges.iter().filter(|edge| !edge.back && (options.redundant || !edge.redundant)) {
        edges.push((causes + edge.from, causes + edge.to));
        let carries = !folded.face(edge.from).status.is_settled() && !folded.face(edge.to).status.is_settled();
        classes.push(if carries { "flow carries" } else { "flow" });
    }
    for (number, (_, items)) in folded.blamed.iter().enumerate() {
        edges.extend(items.iter().map(|&item| (number, causes + item)));
        classes.extend(items.iter().map(|_| "blame"));
    }
    let plan = layout(&sizes, &edges);

    let mut legend = String::new();
    let legend_width = draw_legend(&mut legend, picture);
    let width = (plan.width.max(legend_width).max(260.0) + 2.0 * MARGIN).ceil();
    let height = (plan.height + HEAD + FOOT + 2.0 * MARGIN).ceil();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n"
    );
    let _ = writeln!(out, "<title>{}</title>", escaped(&formats::fit(&picture.pipeline, 300)));
    let _ = writeln!(out, "<style>{}</style>", style(picture));
    let _ = writeln!(out, "<rect class=\"ground\" width=\"{width}\" height=\"{height}\" rx=\"10\"/>");
    draw_heading(&mut out, picture);
    let _ = writeln!(out, "<g transform=\"translate({MARGIN} {})\">", MARGIN + HEAD);
    draw_lines(&mut out, &plan, &classes);
    for (card, &corner) in cards.iter().zip(&plan.corners) {
        card.draw(&mut out, corner);
    }
    out.push_str("</g>\n");
    let _ = writeln!(out, "<g transform=\"translate({MARGIN} {})\">\n{legend}</g>\n</svg>", height - MARGIN);
    out
}

/// A box with what is written on it.
struct Card {
    class: &'static str,
    look: Look,
    title: String,
    badge: String,
    below: String,
    tooltip: String,
    stacked: bool,
    /// How round its corners are.
    round: u8,
}

fn cards(folded: &Folded<'_>) -> Vec<Card> {
    let causes = folded.picture.causes.iter().map(|cause| Card {
        class: "cause",
        look: cause_look(),
        title: formats::fit(&formats::one_line(&cause.label), LONGEST),
        badge: String::new(),
        below: formats::fit(&formats::one_line(cause.source.as_deref().unwrap_or(&cause.kind)), LONGEST),
        tooltip: cause.label.clone(),
        stacked: false,
        round: 16,
    });
    let items = (0..folded.items.len()).map(|item| {
        let node = folded.face(item);
        let count = folded.items[item].members.len();
        let time = folded.seconds(item).map(formats::seconds);
        let detail = if count == 1 {
            node.label.detail.clone()
        } else {
            let statuses = folded.statuses(item).into_iter();
            statuses.map(|(status, count)| status.counted(count)).collect::<Vec<_>>().join(", ")
        };
        let room = LONGEST + 4 - time.as_ref().map_or(0, |time| time.len() + 3);
        let detail = formats::fit(&formats::one_line(&detail), room);
        let below: Vec<String> = [Some(detail), time].into_iter().flatten().filter(|part| !part.is_empty()).collect();
        let status = node.status.word();
        Card {
            class: node.status.slug(),
            look: node.status.look(),
            title: formats::fit(&formats::one_line(&node.label.title), LONGEST - 6),
            badge: if count > 1 { format!("×{}", formats::thousands(count)) } else { String::new() },
            below: below.join(" · "),
            tooltip: node.remark().map_or(status.to_owned(), |remark| format!("{status}: {remark}")),
            stacked: count > 1,
            round: if node.status.is_helper() { 23 } else { 8 },
        }
    });
    causes.chain(items).collect()
}

impl Card {
    fn size(&self) -> Size {
        let title = formats::columns(&self.title) as f64 * 7.3 + formats::columns(&self.badge) as f64 * 7.3;
        let below = formats::columns(&self.below) as f64 * 6.1;
        Size { width: (title.max(below) + 50.0).max(96.0).ceil(), height: ROW }
    }

    fn draw(&self, out: &mut String, (x, y): Point) {
        let Size { width, height } = self.size();
        let round = self.round;
        let _ = writeln!(out, "<g class=\"card {}\" transform=\"translate({x:.1} {y:.1})\">", self.class);
        let _ = writeln!(out, "<title>{}</title>", escaped(&formats::fit(&self.tooltip, 300)));
        if self.stacked {
            for shift in [6, 3] {
                let _ = writeln!(
                    out,
                    "<rect class=\"face\" x=\"{shift}\" y=\"{shift}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>"
                );
            }
        }
        let _ = writeln!(out, "<rect class=\"face\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>");
        let single = self.below.is_empty();
        let glyph_y = if single { 15.0 } else { 7.0 };
        let _ = writeln!(out, "<path class=\"glyph\" transform=\"translate(10 {glyph_y})\" d=\"{}\"/>", self.look.path);
        let title_y = if single { 27.5 } else { 19.5 };
        let badge = match self.badge.is_empty() {
            true => String::new(),
            false => format!(" <tspan class=\"badge\">{}</tspan>", self.badge),
        };
        let _ = writeln!(out, "<text class=\"name\" x=\"33\" y=\"{title_y}\">{}{badge}</text>", escaped(&self.title));
        if !single {
            let _ = writeln!(out, "<text class=\"below\" x=\"33\" y=\"36\">{}</text>", escaped(&self.below));
        }
        out.push_str("</g>\n");
    }
}

fn draw_lines(out: &mut String, plan: &Layout, classes: &[&str]) {
    for (line, class) in plan.lines.iter().zip(classes) {
        let mut path = format!("M{:.1} {:.1}", line[0].0, line[0].1);
        for pair in line.windows(2) {
            let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
            if (y - to_y).abs() < 0.05 {
                let _ = write!(path, "H{to_x:.1}");
            } else {
                let bend = (to_x - x) / 2.0;
                let _ = write!(path, "C{:.1} {y:.1} {:.1} {to_y:.1} {to_x:.1} {to_y:.1}", x + bend, to_x - bend);
            }
        }
        let (x, y) = line[line.len() - 1];
        let _ = writeln!(out, "<path class=\"{class}\" d=\"{path}\"/>");
        let _ = writeln!(
            out,
            "<path class=\"{class} tip\" d=\"M{:.1} {:.1}L{x:.1} {y:.1}L{:.1} {:.1}\"/>",
            x - 5.5,
            y - 3.5,
            x - 5.5,
            y + 3.5
        );
    }
}

fn draw_heading(out: &mut String, picture: &Picture) {
    let name = formats::fit(&formats::one_line(&picture.pipeline), 60);
    let _ = writeln!(
        out,
        "<text class=\"head\" x=\"{MARGIN}\" y=\"{}\">{}<tspan class=\"below\" dx=\"10\">{}</tspan></text>",
        MARGIN + 10.0,
        escaped(&name),
        escaped(&picture.whole_caption())
    );
}

/// Draws what is there from left to right and returns how wide that is.
fn draw_legend(out: &mut String, picture: &Picture) -> f64 {
    let mut x = 0.0;
    let mut entry = |class: &str, look: &Look, text: &str| {
        let _ = writeln!(
            out,
            "<g class=\"card {class}\" transform=\"translate({x:.1} -12)\"><path class=\"glyph\" d=\"{}\"/><text class=\"below\" x=\"22\" y=\"12\">{text}</text></g>",
            look.path
        );
        x += 44.0 + formats::columns(text) as f64 * 6.1;
    };
    for (&status, &count) in &picture.totals.statuses {
        entry(status.slug(), &status.look(), &status.counted(count));
    }
    if !picture.causes.is_empty() {
        entry("cause", &cause_look(), &format!("{} changed", picture.causes.len()));
    }
    x
}

/// Colours that no status owns.
struct Ground {
    ground: &'static str,
    card: &'static str,
    line: &'static str,
    edge: &'static str,
    ink: &'static str,
    soft: &'static str,
}

const LIGHT: Ground =
    Ground { ground: "#fbfbfa", card: "#ffffff", line: "#d5d8dd", edge: "#b4b8c1", ink: "#1d2026", soft: "#656b76" };

const DARK: Ground =
    Ground { ground: "#15171b", card: "#1e2126", line: "#434a54", edge: "#6a7280", ink: "#e9ebef", soft: "#9aa0ab" };

fn style(picture: &Picture) -> String {
    let has_helpers = picture.totals.statuses.keys().any(|status| status.is_helper());
    let looks: Vec<_> = Status::ALL.into_iter().filter(|status| has_helpers || !status.is_helper()).collect();
    format!(
        "text{{font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans',Arial,sans-serif}}\
         .head{{font-size:15px;font-weight:600}}.name{{font-size:13px;font-weight:600}}\
         .below{{font-size:11.5px;font-weight:400}}.face{{stroke-width:1.2}}.pending .face{{stroke-dasharray:4 3}}\
         .glyph{{fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}}\
         .flow,.blame{{fill:none;stroke-width:1.4}}.blame{{stroke-dasharray:4 3}}\
         .tip{{stroke-dasharray:none;stroke-linejoin:round;stroke-linecap:round}}\n{}\n@media(prefers-color-scheme:dark){{{}}}",
        colours(&LIGHT, &looks, |look| look.light),
        colours(&DARK, &looks, |look| look.dark),
    )
}

/// Every colour is written out: CSS variables would be shorter, but programs other than browsers draw them black.
fn colours(ground: &Ground, looks: &[Status], pick: fn(&Look) -> &'static str) -> String {
    let Ground { ground, card, line, edge, ink, soft } = ground;
    let mut out = format!(
        "text{{fill:{ink}}}.below,.badge{{fill:{soft}}}.ground{{fill:{ground}}}.face{{fill:{card};stroke:{line}}}.flow{{stroke:{edge}}}"
    );
    let looks = looks.iter().map(|status| (status.slug(), status.look(), status.is_settled()));
    for (slug, look, settled) in looks.chain([("cause", cause_look(), false)]) {
        let own = pick(&look);
        let _ = write!(out, ".{slug} .glyph{{stroke:{own}}}");
        if !settled {
            let _ = write!(out, ".{slug} .face{{stroke:{own}}}.{slug} .badge{{fill:{own}}}");
        }
    }
    let _ = write!(out, ".carries{{stroke:{}}}.blame{{stroke:{}}}", pick(&Status::Stale.look()), pick(&cause_look()));
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in formats::one_line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Not a character of XML at all.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Label;
    use crate::draw::{Fold, synthetic};

    #[test]
    fn penguins_in_svg() {
        let options = Options { fold: Fold { fan_out: 3, ..Fold::default() }, ..Options::default() };
        insta::assert_snapshot!(render(&synthetic::penguins(), &options));
    }

    #[test]
    fn hostile_labels_are_text() {
        let mut picture = synthetic::penguins();
        picture.nodes[0].label = Label::new("<b onload=\"x\">&\n]]>\u{1}", "a=".to_owned() + &"y".repeat(500));
        let svg = render(&picture, &Options::default());
        assert!(svg.contains("&lt;b onload=&quot;x&quot;&gt;&amp; ]]&gt;"));
        assert!(!svg.contains("<b") && !svg.contains('\u{1}') && !svg.contains(&"y".repeat(60)));
    }

    #[test]
    fn back_edges_of_functions_that_call_each_other_do_not_stop_a_drawing() {
        let nodes = ["even", "odd"].iter().enumerate();
        let nodes = nodes.map(|(id, name)| crate::draw::Node::new(id, *name, *name, Status::Fresh)).collect();
        let edges = [(0, 1), (1, 0)].map(|(from, to)| (crate::draw::NodeId(from), crate::draw::NodeId(to)));
        let picture = Picture::new("code", nodes, edges, Vec::new()).unwrap();
        assert_eq!(render(&picture, &Options::default()).matches("class=\"flow\"").count(), 1);
    }
}
