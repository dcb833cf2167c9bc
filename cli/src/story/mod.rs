//! What a plan or a past run has to tell: what it is about, its causes, its cost, and when what ran.

pub(crate) mod causes;
pub(crate) mod edit;
pub(crate) mod forecast;
pub(crate) mod json;
pub(crate) mod last_run;
pub(crate) mod place;
pub(crate) mod planned;
pub(crate) mod timeline;
