//! From records to birds without holes.
//!
//! A hole is filled from other birds without looking at the species: the models are to find that out, and a value
//! made from it would tell them. A bird with no measurement at all is left out, since all of it would be made up.

use crate::data::{Penguin, Record, Sex};
use crate::model::scale::{Scale, distance};
use anyhow::{Context, Result, ensure};
use scrat::stash;

/// Leaves out the birds that were not measured, and fills what is missing for the others.
#[stash]
pub(crate) fn clean(records: &[Record]) -> Result<Vec<Penguin>> {
    let flock: Vec<&Record> = records.iter().filter(|bird| bird.measured.iter().any(Option::is_some)).collect();
    ensure!(!flock.is_empty(), "expected at least one bird with a measurement, found none");
    let measured = flock.iter().map(|bird| impute(bird, &flock)).collect::<Result<Vec<_>>>()?;
    let sexes = impute_sex(&flock, &measured)?;
    let cleaned = flock.iter().zip(measured).zip(sexes).map(|((bird, measured), sex)| Penguin {
        species: bird.species,
        measured,
        sex,
        filled_in: bird.measured.iter().filter(|value| value.is_none()).count() + usize::from(bird.sex.is_none()),
    });
    Ok(cleaned.collect())
}

/// The measurements of a bird (mm, mm, mm, g), with the median of the birds of its island and sex where one is
/// missing, or the median of all birds if none of those has it.
fn impute(bird: &Record, flock: &[&Record]) -> Result<[f64; 4]> {
    let mut whole = [0.0; 4];
    for (column, value) in whole.iter_mut().enumerate() {
        let alike = |other: &&&Record| other.island == bird.island && other.sex == bird.sex;
        let known = |other: &&Record| other.measured[column];
        *value = bird.measured[column]
            .or_else(|| median(flock.iter().filter(alike).filter_map(known).collect()))
            .or_else(|| median(flock.iter().filter_map(known).collect()))
            .with_context(|| format!("no bird has a {}", crate::data::MEASUREMENTS[column].1))?;
    }
    Ok(whole)
}

/// The sex of each bird; where it is not known, that of the bird of known sex that is most like it in size. Sizes
/// are compared in standard deviations, since a gram is not a millimetre.
fn impute_sex(flock: &[&Record], measured: &[[f64; 4]]) -> Result<Vec<Sex>> {
    let scale = Scale::of(measured);
    let points: Vec<[f64; 4]> = measured.iter().map(|point| scale.standardise(point)).collect();
    let most_alike = |point: &[f64; 4]| {
        let known = flock.iter().zip(&points).filter_map(|(other, at)| Some((distance(point, at), other.sex?)));
        known.min_by(|(near, _), (far, _)| near.total_cmp(far)).map(|(_, sex)| sex)
    };
    let sexes = flock.iter().zip(&points).map(|(bird, point)| bird.sex.or_else(|| most_alike(point)));
    sexes.collect::<Option<_>>().context("expected the sex of at least one bird, found none")
}

/// The value in the middle, or half-way between the two that are there; none of no values.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Island, Species};

    fn bird(island: Island, sex: Option<Sex>, length: Option<f64>, mass: Option<f64>) -> Record {
        Record { species: Species::Adelie, island, measured: [length, Some(18.0), Some(190.0), mass], sex }
    }

    #[test]
    fn a_missing_measurement_becomes_the_median_of_the_birds_of_that_island_and_sex() {
        let male = Some(Sex::Male);
        let records = [
            bird(Island::Dream, male, Some(40.0), Some(4000.0)),
            bird(Island::Dream, male, Some(43.0), Some(4100.0)),
            bird(Island::Dream, male, None, Some(4200.0)),
            bird(Island::Dream, Some(Sex::Female), Some(30.0), Some(3000.0)),
            bird(Island::Biscoe, male, Some(60.0), Some(6000.0)),
        ];
        let cleaned = clean::call_fresh(&records).unwrap();
        assert_eq!(cleaned[2].measured, [41.5, 18.0, 190.0, 4200.0]);
        assert_eq!(cleaned.iter().map(|bird| bird.filled_in).collect::<Vec<_>>(), [0, 0, 1, 0, 0]);
    }

    #[test]
    fn a_missing_measurement_becomes_the_median_of_all_birds_if_no_bird_alike_has_it() {
        let records = [
            bird(Island::Dream, Some(Sex::Male), None, Some(4000.0)),
            bird(Island::Biscoe, Some(Sex::Female), Some(38.0), Some(3500.0)),
            bird(Island::Biscoe, Some(Sex::Female), Some(39.0), Some(3500.0)),
            bird(Island::Biscoe, Some(Sex::Male), Some(46.0), Some(5000.0)),
        ];
        assert_eq!(clean::call_fresh(&records).unwrap()[0].measured[0], 39.0);
    }

    #[test]
    fn a_missing_sex_becomes_that_of_the_bird_most_alike() {
        let records = [
            bird(Island::Dream, Some(Sex::Female), Some(37.0), Some(3300.0)),
            bird(Island::Dream, Some(Sex::Male), Some(41.0), Some(4000.0)),
            bird(Island::Dream, None, Some(40.0), Some(3900.0)),
        ];
        let cleaned = clean::call_fresh(&records).unwrap();
        assert_eq!((cleaned[2].sex, cleaned[2].filled_in), (Sex::Male, 1));
    }

    #[test]
    fn a_bird_without_any_measurement_is_left_out() {
        let mut unmeasured = bird(Island::Dream, Some(Sex::Male), None, None);
        unmeasured.measured = [None; 4];
        let records = [unmeasured, bird(Island::Dream, Some(Sex::Male), Some(41.0), Some(4000.0))];
        assert_eq!(clean::call_fresh(&records).unwrap().len(), 1);
    }

    #[test]
    fn birds_of_which_no_sex_is_known_are_a_mistake() {
        let records = [bird(Island::Dream, None, Some(41.0), Some(4000.0))];
        assert!(clean::call_fresh(&records).unwrap_err().to_string().contains("the sex of at least one bird"));
    }

    #[test]
    fn the_median_of_an_even_number_of_values_lies_half_way() {
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median(vec![5.0]), Some(5.0));
        assert_eq!(median(Vec::new()), None);
    }

    #[test]
    fn the_birds_of_the_data_are_cleaned_without_losing_any_that_was_measured() {
        let records = crate::reading::load::call_fresh("data/penguins.csv".into()).unwrap();
        let cleaned = clean::call_fresh(&records).unwrap();
        assert_eq!((records.len(), cleaned.len()), (344, 342));
        assert_eq!(cleaned.iter().map(|bird| bird.filled_in).sum::<usize>(), 9);
    }
}
