//! A pipeline's parameters, and how texts become their values.

use std::path::PathBuf;
use std::str::FromStr;

use crate::given::Given;
use crate::value::{Dir, File};

/// A parameter of a pipeline.
#[derive(Debug)]
pub struct PipelineParameter {
    /// Its name, as it is written in the source.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: &'static str,
    /// Its type, as it is written in the source.
    pub kind: &'static str,
    /// Whether it takes several values.
    pub many: bool,
    /// What it takes; if it takes several values, what each of them may be.
    pub takes: Takes,
    /// Its default, as it is written in the source.
    pub default: Option<&'static str>,
}

/// What kind of value a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Takes {
    /// `true` or `false`, or a bare flag for `true`.
    Bool,
    /// Any text.
    Text,
    /// A path.
    Path,
    /// The path of a file whose content counts.
    File,
    /// The path of a folder whose content counts.
    Dir,
    /// Any text that its type can parse.
    Other,
}

/// The type of a parameter, to find out what it takes: an inherent constant hides the trait's.
#[derive(Debug)]
pub struct Typed<T>(std::marker::PhantomData<T>);

macro_rules! typed {
    ($($type:ty => $takes:ident;)+) => {$(
        impl Typed<$type> {
            /// What such a parameter takes.
            pub const TAKES: Takes = Takes::$takes;
        }
    )+};
}

typed! { bool => Bool; String => Text; PathBuf => Path; File => File; Dir => Dir; }

/// What a parameter of any other type takes.
pub trait TakesOther {
    /// What such a parameter takes.
    const TAKES: Takes = Takes::Other;
}

impl<T> TakesOther for Typed<T> {}

/// A parameter of a pipeline is missing, or not of its type.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// The parameter has no default, and nothing was given for it.
    #[error("the pipeline needs --{}", flag(name))]
    Missing {
        /// The parameter.
        name: &'static str,
    },
    /// The given text can't be parsed as the parameter's type.
    #[error("`{text}` is not a value for --{}, which takes {kind}: {message}", flag(name))]
    Invalid {
        /// The parameter.
        name: &'static str,
        /// The text, as it was typed.
        text: String,
        /// The type, as it is written in the source.
        kind: &'static str,
        /// What is wrong with the text.
        message: String,
    },
}

impl Given {
    /// The value of a parameter that takes one.
    ///
    /// # Errors
    /// If nothing was given and there is no default, or if the text is not of the parameter's type.
    #[doc(hidden)]
    pub fn one<T: FromStr<Err: std::fmt::Display>>(
        &self,
        parameter: &PipelineParameter,
        default: Option<T>,
    ) -> Result<T, ParameterError> {
        match self.texts(parameter.name).and_then(|texts| texts.last()) {
            Some(text) => parse(parameter, text),
            None => default.ok_or_else(|| missing(parameter)),
        }
    }

    /// The values of a parameter that takes several, given one by one or with commas between them.
    ///
    /// # Errors
    /// If nothing was given and there is no default, or if one of the texts is not of the parameter's type.
    #[doc(hidden)]
    pub fn many<T: FromStr<Err: std::fmt::Display>>(
        &self,
        parameter: &PipelineParameter,
        default: Option<Vec<T>>,
    ) -> Result<Vec<T>, ParameterError> {
        match self.texts(parameter.name) {
            Some(texts) => texts
                .iter()
                .flat_map(|text| text.split(','))
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(|text| parse(parameter, text))
                .collect(),
            None => default.ok_or_else(|| missing(parameter)),
        }
    }
}

fn missing(parameter: &PipelineParameter) -> ParameterError {
    ParameterError::Missing { name: parameter.name }
}

fn parse<T: FromStr<Err: std::fmt::Display>>(parameter: &PipelineParameter, text: &str) -> Result<T, ParameterError> {
    text.parse().map_err(|error: T::Err| ParameterError::Invalid {
        name: parameter.name,
        text: text.to_owned(),
        kind: parameter.kind,
        message: error.to_string(),
    })
}

/// The flag of a parameter, without the leading dashes: the parameter's name with dashes between the words. An
/// underscore before or after the name, as one writes it to avoid a keyword or a warning, is not part of the flag.
pub fn flag(name: &str) -> String {
    name.trim_matches('_').replace('_', "-")
}

impl FromStr for File {
    type Err = std::convert::Infallible;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(path))
    }
}

impl FromStr for Dir {
    type Err = std::convert::Infallible;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(path))
    }
}

/// What a default in `#[pipeline(name = default)]` may be for a parameter of type `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the default of a pipeline's parameter of type `{T}`",
    label = "not a `{T}`"
)]
pub trait DefaultFor<T> {
    /// The default.
    fn into_default(self) -> T;
}

impl<T> DefaultFor<T> for T {
    fn into_default(self) -> T {
        self
    }
}

impl DefaultFor<String> for &str {
    fn into_default(self) -> String {
        self.to_owned()
    }
}

impl DefaultFor<PathBuf> for &str {
    fn into_default(self) -> PathBuf {
        self.into()
    }
}

impl DefaultFor<File> for &str {
    fn into_default(self) -> File {
        File::new(self)
    }
}

impl DefaultFor<Dir> for &str {
    fn into_default(self) -> Dir {
        Dir::new(self)
    }
}

impl<T, D: DefaultFor<T>, const N: usize> DefaultFor<Vec<T>> for [D; N] {
    fn into_default(self) -> Vec<T> {
        self.into_iter().map(D::into_default).collect()
    }
}
