//! What can be said of many numbers: what they are together, and those at the beginning and at the end.

use std::fmt::Debug;

/// Numbers in the order of their list, or an array's in that of C, each to be had at its place.
pub(in crate::value) struct ByPlace<N, A> {
    pub at: A,
    pub to_f64: fn(N) -> f64,
}

/// How many rows, columns and elements of a list are shown before and after what is left out.
const SHOWN: usize = 5;

/// How wide a row is at most.
const WIDTH: usize = 76;

impl<N: Copy + Debug + PartialOrd, A: Fn(&[usize]) -> N> ByPlace<N, A> {
    /// All numbers together, and then some of them as their shape has them: those of a list one after the other, those of
    /// a matrix in rows and columns. Of more dimensions than two, the first matrix is shown.
    pub(in crate::value) fn preview(&self, shape: &[usize], all: impl Iterator<Item = N>) -> String {
        let mut blocks: Vec<String> = self.statistics(shape, all).into_iter().collect();
        match *shape {
            _ if shape.contains(&0) => {}
            [] => blocks.push(format!("{:?}", (self.at)(&[]))),
            [length] => blocks.push(self.list(length)),
            [ref outer @ .., rows, columns] => {
                let first = vec![0; outer.len()];
                if !outer.is_empty() {
                    blocks.push(format!("[{}.., ..]", "0, ".repeat(outer.len())));
                }
                blocks.push(table(rows, columns, |row, column| {
                    self.short((self.at)(&[&first[..], &[row, column]].concat()))
                }));
            }
        }
        blocks.join("\n")
    }

    /// The least, the mean and the greatest of several numbers.
    fn statistics(&self, shape: &[usize], all: impl Iterator<Item = N>) -> Option<String> {
        let (mut count, mut sum, mut nans) = (0_usize, 0.0, 0_usize);
        let mut range: Option<(N, N)> = None;
        for number in all {
            if number.partial_cmp(&number).is_none() {
                nans += 1;
                continue;
            }
            count += 1;
            sum += (self.to_f64)(number);
            range = Some(range.map_or((number, number), |(least, most)| {
                (if number < least { number } else { least }, if number > most { number } else { most })
            }));
        }
        let range = range.map(|(least, most)| {
            let mean = sum / count as f64;
            format!("min {} · mean {} · max {}", self.short(least), rounded(mean), self.short(most))
        });
        let parts: Vec<_> = range.into_iter().chain((nans > 0).then(|| format!("{nans} NaN"))).collect();
        (!shape.is_empty() && !parts.is_empty()).then(|| parts.join(" · "))
    }

    fn list(&self, length: usize) -> String {
        let places = ends(length, 2 * SHOWN);
        let joined = |word: &dyn Fn(N) -> String| {
            let words = places.iter().map(|place| place.map_or_else(|| "…".to_owned(), |at| word((self.at)(&[at]))));
            words.collect::<Vec<_>>().join(", ")
        };
        let whole = joined(&|number| format!("{number:?}"));
        if whole.chars().count() <= WIDTH { whole } else { joined(&|number| self.short(number)) }
    }

    fn short(&self, number: N) -> String {
        let text = format!("{number:?}");
        if text.len() > LONGEST && text.contains(['.', 'e']) { rounded((self.to_f64)(number)) } else { text }
    }
}

/// A number whose text is no longer than this is not rounded, in characters.
const LONGEST: usize = 10;

/// The number to six digits, if it has more.
fn rounded(number: f64) -> String {
    const DIGITS: i32 = 6;
    let text = format!("{number:?}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text.len() <= LONGEST || !number.is_finite() {
        return text.to_owned();
    }
    let exponent = number.abs().log10().floor() as i32;
    if (-4..DIGITS).contains(&exponent) {
        format!("{number:.*}", (DIGITS - 1 - exponent).unsigned_abs() as usize)
    } else {
        format!("{number:.*e}", DIGITS as usize - 1)
    }
}

/// The first and the last of so many places, and nothing in the place of those between them, so that there are no more
/// than `most` and that one.
fn ends(count: usize, most: usize) -> Vec<Option<usize>> {
    if count <= most {
        return (0..count).map(Some).collect();
    }
    let (first, last) = (most.div_ceil(2), most / 2);
    (0..first).map(Some).chain([None]).chain((count - last..count).map(Some)).collect()
}

/// Rows and columns one below the other, without those in the middle if there are many.
fn table(rows: usize, columns: usize, cell: impl Fn(usize, usize) -> String) -> String {
    let rows = ends(rows, 2 * SHOWN);
    let text = |row: Option<usize>, column: Option<usize>| match (row, column) {
        (Some(row), Some(column)) => cell(row, column),
        _ => "…".to_owned(),
    };
    let column = |place: Option<usize>| {
        let cells: Vec<_> = rows.iter().map(|&row| text(row, place)).collect();
        let width = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or_default();
        (cells, width)
    };
    let mut most = 2 * SHOWN;
    let shown = loop {
        let shown: Vec<_> = ends(columns, most).into_iter().map(column).collect();
        let width: usize = shown.iter().map(|(_, width)| width + 2).sum();
        if width <= WIDTH + 2 || most <= 2 {
            break shown;
        }
        most -= 1;
    };
    let line = |row: usize| {
        let cells: Vec<_> = shown.iter().map(|(cells, width)| format!("{:>width$}", cells[row])).collect();
        cells.join("  ")
    };
    (0..rows.len()).map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown<N: Copy + Debug + PartialOrd>(shape: &[usize], numbers: &[N], to_f64: fn(N) -> f64) -> String {
        let place = |index: &[usize]| index.iter().zip(shape).fold(0, |place, (at, length)| place * length + at);
        ByPlace { at: |index: &[usize]| numbers[place(index)], to_f64 }.preview(shape, numbers.iter().copied())
    }

    fn floats(shape: &[usize], numbers: &[f64]) -> String {
        shown(shape, numbers, |number| number)
    }

    #[test]
    fn numbers_are_summed_up_without_those_that_are_none() {
        assert_eq!(floats(&[3], &[1.0, f64::NAN, 3.0]), "min 1.0 · mean 2 · max 3.0 · 1 NaN\n1.0, NaN, 3.0");
        assert_eq!(floats(&[1], &[f64::NAN]), "1 NaN\nNaN");
        assert_eq!(floats(&[0], &[]), "");
        assert_eq!(floats(&[], &[2.5]), "2.5");
        assert_eq!(shown(&[2], &[false, true], |flag| flag.into()), "min false · mean 0.5 · max true\nfalse, true");
    }

    #[test]
    fn a_long_list_is_shown_by_its_ends() {
        let numbers: Vec<u8> = (0..100).collect();
        let text = shown(&[100], &numbers, f64::from);
        assert_eq!(text, "min 0 · mean 49.5 · max 99\n0, 1, 2, 3, 4, …, 95, 96, 97, 98, 99");
        let roots: Vec<f64> = (0..20).map(|number| f64::from(number).sqrt()).collect();
        let line = floats(&[20], &roots).lines().last().unwrap().to_owned();
        assert!(line.chars().count() <= WIDTH && line.contains("1.41421, 1.73205, 2.0, …, 3.87298, 4.0"), "{line}");
        assert_eq!(floats(&[2], &roots[2..4]).lines().last(), Some("1.4142135623730951, 1.7320508075688772"));
    }

    #[test]
    fn a_matrix_stands_in_rows_and_columns() {
        let text = floats(&[2, 3], &[1.0, -20.25, 3.0, 1.0 / 3.0, 5e-9, 1e300]);
        assert_eq!(text, "min -20.25 · mean 1.66667e299 · max 1e300\n     1.0  -20.25    3.0\n0.333333    5e-9  1e300");
    }

    #[test]
    fn a_large_matrix_is_cut_in_the_middle_and_no_wider_than_a_terminal() {
        let numbers: Vec<u32> = (0..400).collect();
        let text = shown(&[20, 20], &numbers, f64::from);
        let lines: Vec<_> = text.lines().skip(1).collect();
        assert_eq!(lines.len(), 11, "{text}");
        assert_eq!(lines[0], "  0    1    2    3    4  …   15   16   17   18   19");
        assert_eq!(lines[5], "  …    …    …    …    …  …    …    …    …    …    …");
        assert_eq!(lines[10], "380  381  382  383  384  …  395  396  397  398  399");
        let wide: Vec<u64> = (0..40).map(|at| u64::MAX - at).collect();
        let text = shown(&[2, 20], &wide, |number| number as f64);
        assert!(text.lines().skip(1).all(|line| line.chars().count() <= WIDTH && line.contains("  …  ")), "{text}");
    }

    #[test]
    fn of_more_dimensions_the_first_matrix_is_shown() {
        let numbers: Vec<u16> = (0..24).collect();
        let text = shown(&[2, 3, 4], &numbers, f64::from);
        let expected = "min 0 · mean 11.5 · max 23\n[0, .., ..]\n0  1   2   3\n4  5   6   7\n8  9  10  11";
        assert_eq!(text, expected);
        assert!(shown(&[2, 2, 2, 3], &numbers, f64::from).contains("\n[0, 0, .., ..]\n0  1  2\n3  4  5"));
        assert_eq!(shown(&[2, 0, 4], &numbers[..0], f64::from), "");
    }

    #[test]
    fn what_has_many_digits_is_rounded() {
        let rounded =
            [0.1 + 0.2, 1_234.567_890_12, -0.000_123_456_789, 123_456_789_012.5, 2.0, f64::INFINITY].map(rounded);
        assert_eq!(rounded, ["0.300000", "1234.57", "-0.000123457", "1.23457e11", "2", "inf"]);
    }
}
