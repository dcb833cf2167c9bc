//! Pictures to draw while there is nothing else to draw: for tests, for measuring, and for looking at.

use super::{Cause, CauseId, Label, Node, NodeId, Picture, Status};

/// The pipeline of the guide: `load` and `split` are fresh, a changed helper makes three trees stale, and `report`
/// waits for them.
pub(crate) fn penguins() -> Picture {
    let step = |id, title: &str, detail: &str, status, seconds, bytes| {
        let argument = detail.split_once('=');
        Node {
            arguments: argument.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect(),
            seconds: Some(seconds),
            bytes: Some(bytes),
            source: Some(format!("src/main.rs:{}", 10 + 8 * id)),
            ..Node::new(id, Label::new(title, detail), format!("penguins::{title}"), status)
        }
    };
    let mut nodes = vec![
        step(0, "load", "csv=data/penguins.csv", Status::Fresh, 0.031, 14_208),
        step(1, "split", "", Status::Fresh, 0.004, 14_310),
        step(2, "train", "depth=2", Status::Stale, 1.2, 2_140),
        step(3, "train", "depth=4", Status::Stale, 2.9, 7_912),
        step(4, "train", "depth=8", Status::Stale, 6.4, 30_544),
        step(5, "report", "", Status::Pending, 0.012, 812),
    ];
    for node in &mut nodes[2..5] {
        node.reason = Some("the code of helper `impute` changed".into());
        node.reason_kind = Some("code".into());
        node.diff = Some(DIFF.into());
    }
    nodes[5].reason = Some("waits for 3 steps of train".into());
    nodes[5].reason_kind = Some("upstream".into());
    nodes[5].exports = vec!["results/report.md".into()];
    let impute = Cause {
        id: CauseId(0),
        label: "helper impute".into(),
        kind: "function".into(),
        source: Some("src/clean.rs:12".into()),
        diff: Some(DIFF.into()),
        stale: vec![NodeId(2), NodeId(3), NodeId(4)],
        behind: 0,
    };
    let edges = [(0, 1), (1, 2), (1, 3), (1, 4), (2, 5), (3, 5), (4, 5), (0, 5)];
    together("penguins", nodes, edges.to_vec(), vec![impute])
}

const DIFF: &str = "--- src/clean.rs\n+++ src/clean.rs\n@@ -12,5 +12,5 @@\n fn impute(bill: Option<f64>, mean: f64) -> f64 {\n-    bill.unwrap_or(0.0)\n+    bill.unwrap_or(mean)\n }\n";

/// About `size` steps as people write them: a few fan-outs over parameters and seeds, chains between them, joins,
/// and an edit that makes a few of them stale.
pub(crate) fn study(size: usize) -> Picture {
    let mut draft = Draft::default();
    let sites = 3;
    let mut cleaned = Vec::new();
    for site in ["adelie", "biscoe", "dream"].iter().take(sites) {
        let raw = draft.step("fetch", &format!("site={site}"), &[], Status::Fresh);
        let clean = draft.step("clean", &format!("site={site}"), &[raw], Status::Fresh);
        cleaned.push(clean);
    }
    let merged = draft.step("merge", "", &cleaned, Status::Fresh);
    let map = draft.step("draw_map", "scale=50", &[merged], Status::Fresh);
    let mut results = vec![map];
    let models = ["tree", "forest", "boost", "linear", "nearest", "bayes", "kernel", "network"];
    let stages = if size < 50 { 2 } else { models.len() };
    let wide = size.saturating_sub(12 + 4 * stages) / (2 * stages);
    for (number, model) in models.iter().take(stages).enumerate() {
        let features = draft.step(&format!("features_{model}"), "", &[merged], Status::Fresh);
        let mut scores = Vec::new();
        for seed in 0..wide.max(1) {
            let stale = number == 1 && seed % 131 == 2;
            let status = if stale {
                Status::Stale
            } else if number == 3 {
                Status::NeverRun
            } else {
                Status::Fresh
            };
            let fit = draft.step(&format!("fit_{model}"), &format!("seed={seed}"), &[features], status);
            if stale {
                draft.because(fit, "the constant `LEARNING_RATE` changed from 0.1 to 0.05", 0);
            }
            let status = if status == Status::Fresh { Status::Fresh } else { Status::Pending };
            scores.push(draft.step(&format!("score_{model}"), &format!("seed={seed}"), &[fit, merged], status));
        }
        let waits = number == 1 || number == 3;
        let status = if waits { Status::Pending } else { Status::Fresh };
        results.push(draft.step(&format!("summary_{model}"), "", &scores, status));
    }
    results.push(merged);
    let compare = draft.step("compare", "", &results, Status::Pending);
    let plot = draft.step("plot", "style=wide", &[compare], Status::Pending);
    let report = draft.step(
        "report",
        "title=Penguins of the Palmer Archipelago, by their bills",
        &[plot, compare],
        Status::Stale,
    );
    draft.because(report, "the file `report.html.in` read at build time changed", 1);
    draft.nodes[report].exports = vec!["results/report.html".into()];
    let causes = vec![
        draft.cause(0, "constant LEARNING_RATE", "constant", "src/models/forest.rs:8"),
        draft.cause(1, "file report.html.in", "file", "templates/report.html.in"),
    ];
    together("study", draft.nodes, draft.edges, causes)
}

/// `size` steps of which no two stand in the same place, so that nothing folds into fan-outs: layers of twenty
/// functions with inputs picked here and there. The worst case for a layout.
pub(crate) fn tangle(size: usize) -> Picture {
    let mut draft = Draft::default();
    let mut random = Random(7);
    let width = (size as f64).sqrt().max(4.0) as usize;
    let mut dirty = vec![false; size];
    for id in 0..size {
        let layer = id / width;
        let mut inputs: Vec<usize> = Vec::new();
        if layer > 0 {
            let beside = id - width;
            inputs.push(beside.saturating_sub(random.below(3)));
            inputs.push((beside + random.below(3)).min(layer * width - 1));
            if random.below(12) == 0 {
                inputs.push(random.below(layer * width));
            }
            inputs.sort_unstable();
            inputs.dedup();
        }
        let behind = inputs.iter().any(|&input| dirty[input]);
        let own = id == width * 3 + 1;
        dirty[id] = behind || own;
        let status = if own {
            Status::Stale
        } else if behind {
            Status::Pending
        } else {
            Status::Fresh
        };
        let made = draft.step(&format!("relax_{}", id % 20), &format!("cell={id}"), &inputs, status);
        if own {
            draft.because(made, "the argument `cell` changed", 0);
        }
    }
    let causes = vec![draft.cause(0, "helper stencil", "function", "src/grid.rs:40")];
    together("tangle", draft.nodes, draft.edges, causes)
}

/// Labels that mean something to some format: markup, quotes, line breaks, escapes of terminals, great length.
pub(crate) fn hostile() -> Picture {
    let labels = [
        ("say", "text=\"quoted\" \\ 'single' \\"),
        ("</script><img src=x onerror=\"alert(1)\"><!--", "a=<b>&amp;"),
        ("two\nlines\r\n\u{1b}[31mred\u{2028}\u{0}", ""),
        ("`markdown` **bold** _it_ #35; |pipe| [x](y) {z} end", "%% --> ]] }}"),
        ("long", "name=abcdefghij"),
        ("", ""),
    ];
    let labels =
        labels.map(|(title, detail)| Label::new(title, detail.replace("abcdefghij", &"abcdefghij ".repeat(2_000))));
    let mut draft = Draft::default();
    for (at, label) in labels.iter().enumerate() {
        let inputs: Vec<usize> = (at > 0).then(|| at - 1).into_iter().collect();
        let step = draft.step(&label.title, &label.detail, &inputs, Status::Stale);
        draft.because(step, &label.to_string(), at % 2);
        draft.nodes[step].exports = vec![label.to_string()];
    }
    let labels = labels.map(|label| label.to_string());
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let causes = vec![draft.cause(0, labels[1], labels[2], labels[3]), draft.cause(1, labels[2], labels[0], labels[1])];
    together(labels[1], draft.nodes, draft.edges, causes)
}

#[derive(Default)]
struct Draft {
    nodes: Vec<Node>,
    edges: Vec<(usize, usize)>,
    blamed: Vec<(usize, usize)>,
}

impl Draft {
    fn step(&mut self, function: &str, argument: &str, inputs: &[usize], status: Status) -> usize {
        let id = self.nodes.len();
        let pair = argument.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        let waits = matches!(status, Status::Pending);
        self.nodes.push(Node {
            arguments: pair.into_iter().collect(),
            seconds: (status != Status::NeverRun).then(|| 0.02 * ((id * 37) % 400) as f64),
            bytes: (status != Status::NeverRun).then(|| 900 * ((id as u64 * 53) % 1_300)),
            source: Some(format!("src/lib.rs:{}", 10 + function.len() * 7)),
            reason: match status {
                Status::NeverRun => Some("it has never run with these arguments".into()),
                Status::Pending => Some("it waits for the steps before it".into()),
                _ => None,
            },
            reason_kind: waits.then(|| "upstream".into()),
            ..Node::new(id, Label::new(function, argument), format!("study::{function}"), status)
        });
        self.edges.extend(inputs.iter().map(|&input| (input, id)));
        id
    }

    fn because(&mut self, step: usize, reason: &str, cause: usize) {
        self.nodes[step].reason = Some(reason.into());
        self.nodes[step].reason_kind = Some("code".into());
        self.blamed.push((cause, step));
    }

    fn cause(&self, id: usize, label: &str, kind: &str, source: &str) -> Cause {
        let stale = self.blamed.iter().filter(|(cause, _)| *cause == id).map(|(_, step)| NodeId(*step)).collect();
        Cause {
            id: CauseId(id),
            label: label.into(),
            kind: kind.into(),
            source: Some(source.into()),
            diff: (kind != "file").then(|| DIFF.replace("src/clean.rs", source.split(':').next().unwrap_or(source))),
            stale,
            behind: 0,
        }
    }
}

/// Enough disorder for a layout, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % end as u64) as usize
    }
}

fn together(name: &str, nodes: Vec<Node>, edges: Vec<(usize, usize)>, causes: Vec<Cause>) -> Picture {
    let edges = edges.into_iter().map(|(from, to)| (NodeId(from), NodeId(to)));
    Picture::new(name, nodes, edges, causes).expect("the numbers are made here").with_caption("plan")
}
