//! A stored value as people look at it, and as a file for other programs. Bytes do not describe themselves, so only a
//! program that has the function can show the value, and only if the result's types are the same as when it was stored.

use std::any::Any;
use std::rc::Rc;

use crate::digest::Digest;
use crate::engine::panics;
use crate::function::functions;
use crate::stash::{NutInfo, Stash};
use crate::value::{Blob, Kind, Preview, Room, serving_files};
use crate::why::argument_diff::have_types_of;

/// A value as people look at it, and for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What people see.
    pub preview: Preview,
    /// The whole value as JSON, if its type can be shown as JSON.
    pub json: Option<String>,
}

/// Why a value can't be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotShown {
    /// The function is not in this program.
    #[error("the function is not in this program")]
    NotLinked,
    /// The function's type parameters, or those of its type, are not known.
    #[error("the type of the result is not known, because the function is generic or a method")]
    NoType,
    /// The types have changed since the value was stored.
    #[error("it was stored by code whose types have changed since")]
    OtherTypes,
    /// The bytes are gone, or have changed.
    #[error("its bytes are damaged or gone")]
    Gone,
    /// The bytes can't be decoded as the type.
    #[error("{message}")]
    Undecodable {
        /// The decoder's message.
        message: String,
    },
    /// The value can't be saved as such a file.
    #[error("{message}")]
    NotSaved {
        /// Why not.
        message: String,
    },
}

/// The value of a nut as people look at it, in at most so many characters.
///
/// # Errors
/// If this program cannot show the value.
pub fn preview(stash: &Stash, nut: &NutInfo, most: usize) -> Result<Preview, NotShown> {
    with_value(stash, nut, |kind, value| Ok(kind.preview(value, most)))
}

/// The same, and all of it as JSON.
///
/// # Errors
/// If this program cannot show the value.
pub fn show(stash: &Stash, nut: &NutInfo, most: usize) -> Result<Shown, NotShown> {
    with_value(stash, nut, |kind, value| Ok(Shown { preview: kind.preview(value, most), json: kind.json(value) }))
}

/// The value of a nut as the bytes of a file with this extension (without the dot).
///
/// # Errors
/// If this program cannot show the value, or if there are no such files of its type.
pub fn save(stash: &Stash, nut: &NutInfo, extension: &str) -> Result<Vec<u8>, NotShown> {
    with_value(stash, nut, |kind, value| {
        let mut to = Blob::new(Room::Memory);
        kind.save(value, extension, &mut to).map_err(|error| NotShown::NotSaved { message: error.to_string() })?;
        to.finish().into_memory().ok_or(NotShown::Gone)
    })
}

/// Looks at the value of a nut.
fn with_value<R>(
    stash: &Stash,
    nut: &NutInfo,
    look: impl FnOnce(&Kind, &dyn Any) -> Result<R, NotShown>,
) -> Result<R, NotShown> {
    let function = functions().into_iter().filter(|function| function.name() == nut.function);
    // Several copies of a function in one program may have different types.
    let function = function.min_by_key(|function| function.identity() != nut.identity).ok_or(NotShown::NotLinked)?;
    let kind = function.result().ok_or(NotShown::NoType)?;
    let stored = stash.look(&nut.key).ok_or(NotShown::Gone)?;
    if function.identity() != nut.identity || function.options().ignore_code {
        let old = stash.parts_of(&stored.identity).unwrap_or_default();
        if !have_types_of(&old, function) {
            return Err(NotShown::OtherTypes);
        }
    }
    if stored.codec.as_deref() != kind.codec() {
        return Err(NotShown::OtherTypes);
    }
    let content = stash.content().clone();
    let find = move |digest: &Digest, named| content.find(digest, named);
    let undecodable = |message| NotShown::Undecodable { message };
    // The type's own code runs here, maybe on bytes of another day.
    let looked = panics::catch_here(|| {
        serving_files(Rc::new(find), || {
            let value = kind.decode(&stored.bytes).map_err(|error| undecodable(error.to_string()))?;
            look(kind, &*value)
        })
    });
    looked.unwrap_or_else(|message| Err(undecodable(message)))
}
