//! Macro calls that may make a name.

use std::sync::Arc;

use crate::names::modules::Scope;
use crate::sorted::sort;
use crate::syntax::name::Name;

use super::answers::lock;
use super::found::Target;
use super::resolver::{MANY, Resolver};

impl<'m> Resolver<'m> {
    /// Every macro call that may make a name seen from here; the crate, if there are many.
    pub(crate) fn calls_around(&mut self, scope: Scope<'m>) -> Arc<Vec<Target>> {
        let map = scope.map;
        if let Some(found) = lock(map).calls.get(&scope.id) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let mut calls: Vec<Target> = Vec::new();
        let mut around = Some(scope);
        while let Some(at) = around {
            let Some(reach) = self.reach(at) else {
                calls.push(Target::Whole(map.krate));
                break;
            };
            for (krate, id) in reach.iter() {
                let Some(there) = self.scope(*krate, *id) else { continue };
                let makes = there.module().calls.iter().filter(|call| !declares_only_its_input(&call.path));
                calls.extend(makes.take(MANY + 1).map(|call| Target::Node(call.node)));
                if calls.len() > MANY {
                    sort(&mut calls);
                }
                if calls.len() > MANY {
                    break;
                }
            }
            around = at.around();
        }
        if calls.len() > MANY {
            calls = vec![Target::Whole(map.krate)];
        }
        sort(&mut calls);
        let calls = Arc::new(calls);
        if self.complete() {
            lock(map).calls.insert(scope.id, calls.clone());
        }
        self.keep_cut(outer);
        calls
    }
}

/// The macro calls in a module whose words may make a name.
pub(super) fn makers(scope: Scope<'_>, name: Name) -> Vec<Target> {
    let calls = scope.module().made.get(&name).map_or(&[][..], |calls| calls);
    if calls.len() > MANY {
        return vec![Target::Whole(scope.map.krate)];
    }
    calls.iter().map(|call| Target::Node(*call)).collect()
}

/// Whether a macro of the standard library stands among items and makes no names but those in its input.
fn declares_only_its_input(path: &[Name]) -> bool {
    path.last().is_some_and(|word| matches!(word.text(), "thread_local" | "compile_error" | "global_asm"))
}
