//! Values that are nested deeper than any stack would be for code that calls itself for each level.

use scrat::{Step, pipeline, stash};
use serde::{Deserialize, Serialize};

use crate::sandbox::Sandbox;

/// Its own code never calls itself, but that which serde and the others derive does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Chain {
    link: u32,
    next: Option<Box<Self>>,
}

impl Chain {
    fn of(links: u32) -> Self {
        let mut chain = Self { link: 0, next: None };
        for link in 1..links {
            chain = Self { link, next: Some(Box::new(chain)) };
        }
        chain
    }

    fn links(&self) -> u32 {
        let (mut at, mut links) = (self, 1);
        while let Some(next) = &at.next {
            (at, links) = (next, links + 1);
        }
        links
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(mut link) = next {
            next = link.next.take();
        }
    }
}

#[stash]
fn chain(links: u32) -> Chain {
    Chain::of(links)
}

#[stash]
fn longer(mut chain: Chain) -> Chain {
    let next = chain.next.take();
    chain.next = Some(Box::new(Chain { link: 7, next }));
    chain
}

#[stash]
fn links(chain: &Chain) -> u32 {
    chain.links()
}

#[pipeline]
fn chains() -> Vec<Step<u32>> {
    let chain = chain::step(100_000);
    vec![links::step(longer::step(&chain)), links::step(chain)]
}

#[test]
fn a_list_of_a_hundred_thousand_links_is_stored_and_taken_by_calls_and_steps() {
    let sandbox = Sandbox::new();
    for _ in 0..2 {
        sandbox.process(|| assert_eq!(links(&longer(chain(100_000))), 100_001));
    }
    assert_eq!((chain::stats().hits, longer::stats().hits, links::stats().hits), (1, 1, 1));
    // That of `chain` itself has not been asked for.
    assert_eq!(sandbox.run("chains").0, 1);
    assert_eq!(sandbox.warnings(), [""; 0]);
    let fresh = Sandbox::new();
    assert_eq!(fresh.run("chains"), (4, vec!["100001".to_owned(), "100000".to_owned()]));
    assert_eq!(fresh.warnings(), [""; 0]);
}

#[test]
fn a_list_that_is_longer_than_anything_that_is_kept_is_returned_and_warned_of() {
    let sandbox = Sandbox::new();
    sandbox.process(|| assert_eq!(chain(200_000).links(), 200_000));
    let warnings = sandbox.warnings();
    assert!(warnings.len() == 1 && warnings[0].contains("levels deep"), "{warnings:?}");
}
