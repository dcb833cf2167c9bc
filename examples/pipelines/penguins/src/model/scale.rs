//! Numbers of different units, made comparable.

/// The mean and the standard deviation of each coordinate of some points.
#[derive(Debug)]
pub(crate) struct Scale<const N: usize> {
    mean: [f64; N],
    deviation: [f64; N],
}

impl<const N: usize> Scale<N> {
    /// The scale of these points, of which there is at least one.
    pub(crate) fn of(points: &[[f64; N]]) -> Self {
        let count = points.len() as f64;
        let mean = std::array::from_fn(|at| points.iter().map(|point| point[at]).sum::<f64>() / count);
        let deviation = std::array::from_fn(|at: usize| {
            let squares = points.iter().map(|point| (point[at] - mean[at]) * (point[at] - mean[at]));
            (squares.sum::<f64>() / count).sqrt()
        });
        Self { mean, deviation }
    }

    /// The point in standard deviations from the mean. A coordinate in which no two points differ becomes 0.
    pub(crate) fn standardise(&self, point: &[f64; N]) -> [f64; N] {
        std::array::from_fn(|at| {
            if self.deviation[at] > 0.0 { (point[at] - self.mean[at]) / self.deviation[at] } else { 0.0 }
        })
    }
}

/// The squared distance of two points, which is in the same order as the distance.
pub(crate) fn distance<const N: usize>(here: &[f64; N], there: &[f64; N]) -> f64 {
    here.iter().zip(there).map(|(here, there)| (here - there) * (here - there)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standardised_points_have_mean_zero_and_deviation_one() {
        let scale = Scale::of(&[[181.0, 3000.0], [185.0, 5000.0]]);
        assert_eq!(scale.standardise(&[181.0, 3000.0]), [-1.0, -1.0]);
        assert_eq!(scale.standardise(&[187.0, 4000.0]), [2.0, 0.0]);
    }

    #[test]
    fn a_coordinate_that_never_varies_becomes_zero() {
        assert_eq!(Scale::of(&[[7.0], [7.0]]).standardise(&[9.0]), [0.0]);
    }
}
