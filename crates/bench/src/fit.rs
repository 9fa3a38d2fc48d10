//! How a time grows with the rows: straight lines through all samples, by least squares.

use statrs::statistics::Statistics;

/// A straight line, and how far its slope may be off: the standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub slope: f64,
    pub error: f64,
    /// The value at 0.
    pub start: f64,
}

/// The line through these points; there are at least three, at different places.
pub fn line(points: &[(f64, f64)]) -> Line {
    let (places, values): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let spread = (&places).variance();
    let slope = (&places).covariance(&values) / spread;
    let start = (&values).mean() - slope * (&places).mean();
    let off = points.iter().map(|(place, value)| (value - start - slope * place).powi(2)).sum::<f64>();
    #[expect(clippy::cast_precision_loss, reason = "a few samples")]
    let count = points.len() as f64;
    // The sample variance is over one less than the points, the residuals over two less.
    let error = (off / (count - 2.0) / (spread * (count - 1.0))).sqrt();
    Line { slope, error, start }
}

/// The exponent of growth, 1 for linear: the slope of the logarithms.
pub fn exponent(points: &[(f64, f64)]) -> Line {
    let logarithms: Vec<_> = points.iter().map(|(place, value)| (place.ln(), value.ln())).collect();
    line(&logarithms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_with_its_error() {
        let exact = line(&[(1.0, 5.0), (2.0, 7.0), (4.0, 11.0)]);
        assert!((exact.slope - 2.0).abs() < 1e-12 && (exact.start - 3.0).abs() < 1e-12 && exact.error < 1e-12);
        // By hand: slope 1, start 1/3, residuals -1/3, 2/3, -1/3; error sqrt((6/9) / 2).
        let rough = line(&[(0.0, 0.0), (1.0, 2.0), (2.0, 2.0)]);
        assert!((rough.slope - 1.0).abs() < 1e-12 && (rough.error - (1.0_f64 / 3.0).sqrt()).abs() < 1e-12, "{rough:?}");
    }

    #[test]
    fn what_grows_with_the_square_has_the_exponent_two() {
        let points = [1.0, 3.0, 10.0].map(|rows| (rows, 7.0 * rows * rows));
        assert!((exponent(&points).slope - 2.0).abs() < 1e-12);
    }
}
