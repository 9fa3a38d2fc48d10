//! Whether what was measured again and again stays or grows.

use std::fmt::{self, Display};

/// Growth counts as such when it is so many standard errors of the fit; chance does that once in ten thousand times.
const SURE: f64 = 4.0;

/// A straight line through measurements, by least squares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slope {
    /// Of the measured values.
    pub mean: f64,
    /// By how much the line rises from the first measurement to the last.
    pub growth: f64,
    /// The standard error of that. What was measured shortly after one another is alike, and so tells less than as many
    /// independent measurements would: the error is widened by how much each resembles the one before.
    pub error: f64,
    /// From the first measurement to the last, in seconds.
    pub seconds: f64,
}

impl Slope {
    #[expect(clippy::cast_precision_loss, reason = "nobody measures so often")]
    /// Fits the line; nothing for fewer than three measurements or no time between them. A point is seconds and a value.
    pub fn fit(points: &[(f64, f64)]) -> Option<Self> {
        let (first, last) = (points.first()?.0, points.last()?.0);
        if points.len() < 3 || last <= first {
            return None;
        }
        let count = points.len() as f64;
        let mean_of = |value: fn(&(f64, f64)) -> f64| points.iter().map(value).sum::<f64>() / count;
        let (middle, mean) = (mean_of(|point| point.0), mean_of(|point| point.1));
        let spread: f64 = points.iter().map(|(time, _)| (time - middle).powi(2)).sum();
        let rise = points.iter().map(|(time, value)| (time - middle) * (value - mean)).sum::<f64>() / spread;
        let rests: Vec<f64> = points.iter().map(|(time, value)| value - mean - rise * (time - middle)).collect();
        let variance = rests.iter().map(|rest| rest * rest).sum::<f64>() / (count - 2.0);
        let error = (variance / spread).sqrt() * widening(&rests);
        let seconds = last - first;
        Some(Self { mean, growth: rise * seconds, error: error * seconds, seconds })
    }

    /// Whether it grows by more than `least` and by a tenth of itself, and that is no accident of the measurements.
    pub fn grows(&self, least: f64) -> bool {
        self.growth > least.max(self.mean / 10.0) && self.growth > SURE * self.error
    }
}

/// By how much a standard error is larger when each value depends on the one before: the root of (1 + r) / (1 - r), with the
/// correlation r of neighbors in time.
fn widening(rests: &[f64]) -> f64 {
    let squares: f64 = rests.iter().map(|rest| rest * rest).sum();
    let products: f64 = rests.iter().zip(rests.iter().skip(1)).map(|(one, next)| one * next).sum();
    if squares == 0.0 {
        return 1.0;
    }
    let correlation = (products / squares).clamp(0.0, 0.9);
    ((1.0 + correlation) / (1.0 - correlation)).sqrt()
}

impl Display for Slope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minute = 60.0 / self.seconds;
        write!(f, "mean {:.1}, {:+.2} ± {:.2} a minute", self.mean, self.growth * minute, self.error * minute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fastrand::Rng;

    /// A value that goes up and down by `noise`, and up by `growth` altogether.
    fn measured(growth: f64, noise: f64) -> Slope {
        let mut random = Rng::with_seed(7);
        let points: Vec<_> = (0..60)
            .map(|second| {
                let time = f64::from(second);
                (time, 200.0 + growth * time / 59.0 + noise * (random.f64() - 0.5))
            })
            .collect();
        Slope::fit(&points).unwrap()
    }

    #[test]
    fn a_line_is_found_again() {
        let slope = Slope::fit(&[(0.0, 1.0), (10.0, 2.0), (20.0, 3.0), (30.0, 4.0)]).unwrap();
        assert!(
            (slope.growth - 3.0).abs() < 1e-9 && slope.error < 1e-9 && (slope.mean - 2.5).abs() < 1e-9,
            "{slope:?}"
        );
        assert_eq!(slope.to_string(), "mean 2.5, +6.00 ± 0.00 a minute");
        assert_eq!(Slope::fit(&[(0.0, 1.0), (1.0, 1.0)]), None);
        assert_eq!(Slope::fit(&[(1.0, 1.0); 5]), None);
    }

    /// Slow swings look like growth for a while: only about once in a hundred series may they count as such.
    #[test]
    fn slow_swings_do_not_grow() {
        let mut random = Rng::with_seed(7);
        let swing = |random: &mut Rng| {
            let mut value = 0.0;
            let points: Vec<_> = (0..60)
                .map(|second| {
                    value = 0.8 * value + 60.0 * (random.f64() - 0.5);
                    (f64::from(second), 200.0 + value)
                })
                .collect();
            Slope::fit(&points).unwrap()
        };
        let grown = (0..1000).filter(|_| swing(&mut random).grows(10.0)).count();
        assert!(grown < 10, "{grown} of 1000");
    }

    #[test]
    fn what_goes_up_and_down_does_not_grow_and_what_leaks_does() {
        assert!(!measured(0.0, 80.0).grows(10.0), "{}", measured(0.0, 80.0));
        assert!(!measured(15.0, 0.0).grows(10.0), "less than a tenth");
        assert!(!measured(30.0, 0.0).grows(40.0), "less than counts");
        assert!(measured(60.0, 80.0).grows(10.0), "{}", measured(60.0, 80.0));
        assert!(!measured(-60.0, 0.0).grows(10.0), "what shrinks does not grow");
    }
}
