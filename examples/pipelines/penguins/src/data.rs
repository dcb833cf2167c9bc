//! What a bird is, before and after cleaning, and what a model sees of it.
//!
//! Units are those of the file: millimetres for lengths, grams for body mass.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One of the three species of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Species {
    /// *Pygoscelis adeliae*
    Adelie,
    /// *Pygoscelis antarcticus*
    Chinstrap,
    /// *Pygoscelis papua*
    Gentoo,
}

impl Species {
    /// All of them, in the order of every table and of every count by species.
    pub(crate) const ALL: [Self; 3] = [Self::Adelie, Self::Chinstrap, Self::Gentoo];

    /// The place of this species in [`Species::ALL`].
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Species {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// The island in the Palmer Archipelago on which the bird was nesting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Island {
    /// Biscoe
    Biscoe,
    /// Dream
    Dream,
    /// Torgersen
    Torgersen,
}

/// The sex of a bird, found from its blood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Sex {
    /// Female
    Female,
    /// Male
    Male,
}

/// The four measurements: column of the file, name, unit.
pub(crate) const MEASUREMENTS: [(&str, &str, &str); 4] = [
    ("bill_length_mm", "bill length", "mm"),
    ("bill_depth_mm", "bill depth", "mm"),
    ("flipper_length_mm", "flipper length", "mm"),
    ("body_mass_g", "body mass", "g"),
];

/// One row of the file as it was written, holes included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The species that the researchers saw: what the models have to find out.
    pub(crate) species: Species,
    /// Where the bird was nesting.
    pub(crate) island: Island,
    /// The four measurements, in the order and the units of [`MEASUREMENTS`].
    pub(crate) measured: [Option<f64>; 4],
    /// The sex, where it was found out.
    pub(crate) sex: Option<Sex>,
}

/// A bird without holes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Penguin {
    /// The species that the researchers saw.
    pub(crate) species: Species,
    /// The four measurements, in the order and the units of [`MEASUREMENTS`].
    pub(crate) measured: [f64; 4],
    /// The sex.
    pub(crate) sex: Sex,
    /// How many of these five values were missing in the file and have been filled in.
    pub(crate) filled_in: usize,
}

/// What a model sees of a bird: the four measurements, and 1 for a male or 0 for a female.
pub(crate) type Point = [f64; 5];

/// The names of the coordinates of a [`Point`].
pub(crate) const FEATURES: [&str; 5] =
    [MEASUREMENTS[0].1, MEASUREMENTS[1].1, MEASUREMENTS[2].1, MEASUREMENTS[3].1, "sex"];

/// A bird to learn from: what is seen of it, and what it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Example {
    /// What is seen.
    pub(crate) point: Point,
    /// What it is.
    pub(crate) species: Species,
}

impl From<&Penguin> for Example {
    fn from(bird: &Penguin) -> Self {
        let [length, depth, flipper, mass] = bird.measured;
        let male = f64::from(u8::from(bird.sex == Sex::Male));
        Self { point: [length, depth, flipper, mass, male], species: bird.species }
    }
}
