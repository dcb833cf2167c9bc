//! `scrat fingerprint`: every stashed function with its fingerprint.

use crate::args::{self, Common};
use crate::complaint::Complaint;

pub(crate) fn run(_: &Common, _: &args::Fingerprint) -> Result<u8, Complaint> {
    Err(Complaint::usage("not yet"))
}
