//! What a plan will cost: time on so many threads, bytes, and the chain of steps that bounds the time.
//!
//! It goes by what each function took before. A pending step may turn out fresh, so all of it is an upper bound.

use scrat_engine::{Graph, Plan, Status, StepId};

use crate::words::formats;
use crate::words::steps::shortened;

/// The cost of what is not fresh.
#[derive(Debug, Default)]
pub(crate) struct Forecast {
    /// None if nothing of it ever ran.
    pub seconds: Option<f64>,
    pub bytes: Option<u64>,
    /// The chain of steps, one after the other, that takes longest.
    pub path: Vec<StepId>,
    pub path_seconds: f64,
    jobs: usize,
    /// How many steps' functions never ran.
    unknown: usize,
}

impl Forecast {
    pub(crate) fn of(graph: &Graph, plan: &Plan, jobs: usize) -> Self {
        let open: Vec<_> = graph.steps().filter(|&step| plan.status(step) != Status::Fresh).collect();
        let known: Vec<_> = open.iter().filter_map(|&step| plan.expected_nanos(graph, step)).collect();
        let unknown = open.len() - known.len();
        if known.is_empty() {
            return Self { jobs, unknown, ..Self::default() };
        }
        let (path, path_seconds) = longest_chain(graph, plan);
        let work = known.iter().sum::<i64>() as f64 / 1e9;
        let bytes = open.iter().filter_map(|&step| plan.expected_bytes(graph, step)).sum();
        Self {
            seconds: Some((work / jobs as f64).max(path_seconds)),
            bytes: Some(bytes),
            path,
            path_seconds,
            jobs,
            unknown,
        }
    }

    /// The same for people.
    pub(crate) fn lines(&self, graph: &Graph) -> Vec<String> {
        let (Some(seconds), Some(bytes)) = (self.seconds, self.bytes) else {
            return vec!["how long it takes is not known yet".to_owned()];
        };
        let on = if self.jobs == 1 { "one thread".to_owned() } else { format!("{} threads", self.jobs) };
        let (seconds, bytes) = (formats::seconds(seconds), formats::bytes(bytes));
        let mut lines = vec![match self.unknown {
            0 => format!("at most about {seconds} on {on}, {bytes} of results"),
            // Whatever takes longest may be among these.
            unknown => format!(
                "how long {} will take is not known yet; the others take at most about {seconds} on {on}, {bytes} of results",
                formats::count(unknown, "step")
            ),
        }];
        if self.path.len() > 1 {
            let names: Vec<_> = self.path.iter().map(|&step| graph.function(step).short_name()).collect();
            lines.push(format!(
                "longest chain: {} ({})",
                shortened(&names).join(" → "),
                formats::seconds(self.path_seconds)
            ));
        }
        lines
    }
}

/// The chain of steps that may have to run one after the other and takes longest, with its seconds.
fn longest_chain(graph: &Graph, plan: &Plan) -> (Vec<StepId>, f64) {
    let mut longest = vec![0.0_f64; graph.len()];
    let mut before: Vec<Option<StepId>> = vec![None; graph.len()];
    let mut last: Option<StepId> = None;
    for step in graph.steps().filter(|&step| plan.status(step) != Status::Fresh) {
        let open = graph.inputs(step).filter(|&input| plan.status(input) != Status::Fresh);
        let previous = open.max_by(|a, b| longest[a.index()].total_cmp(&longest[b.index()]));
        let own = plan.expected_nanos(graph, step).unwrap_or(0) as f64 / 1e9;
        before[step.index()] = previous;
        longest[step.index()] = own + previous.map_or(0.0, |previous| longest[previous.index()]);
        if last.is_none_or(|last| longest[step.index()] >= longest[last.index()]) {
            last = Some(step);
        }
    }
    let mut path: Vec<_> = std::iter::successors(last, |step| before[step.index()]).collect();
    path.reverse();
    (path, last.map_or(0.0, |last| longest[last.index()]))
}
