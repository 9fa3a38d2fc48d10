//! IRQL: the four levels that a driver of this kind meets, and the arithmetic of raising and lowering.

/// An interrupt request level, 0 to 31 as on x64.
pub type Irql = u8;

/// Normal threads.
pub const PASSIVE_LEVEL: Irql = 0;
/// Asynchronous procedure calls are held off.
pub const APC_LEVEL: Irql = 1;
/// The scheduler is held off; waiting is not possible.
pub const DISPATCH_LEVEL: Irql = 2;
/// The highest level of x64.
pub const HIGH_LEVEL: Irql = 15;

/// A change of IRQL that is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// Raised to a level below the current one.
    RaisedDown,
    /// Lowered to a level above the current one.
    LoweredUp,
    /// No such level.
    OutOfRange,
}

/// The level after `KeRaiseIrql(to)`.
///
/// # Errors
/// The level must not be below the current one.
pub const fn raise(current: Irql, to: Irql) -> Result<Irql, Mistake> {
    if to > HIGH_LEVEL {
        Err(Mistake::OutOfRange)
    } else if to < current {
        Err(Mistake::RaisedDown)
    } else {
        Ok(to)
    }
}

/// The level after `KeLowerIrql(to)`.
///
/// # Errors
/// The level must not be above the current one.
pub const fn lower(current: Irql, to: Irql) -> Result<Irql, Mistake> {
    if to > HIGH_LEVEL {
        Err(Mistake::OutOfRange)
    } else if to > current {
        Err(Mistake::LoweredUp)
    } else {
        Ok(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raising_never_lowers_and_lowering_never_raises() {
        assert_eq!(raise(PASSIVE_LEVEL, DISPATCH_LEVEL), Ok(DISPATCH_LEVEL));
        assert_eq!(raise(DISPATCH_LEVEL, DISPATCH_LEVEL), Ok(DISPATCH_LEVEL));
        assert_eq!(raise(DISPATCH_LEVEL, APC_LEVEL), Err(Mistake::RaisedDown));
        assert_eq!(lower(DISPATCH_LEVEL, PASSIVE_LEVEL), Ok(PASSIVE_LEVEL));
        assert_eq!(lower(PASSIVE_LEVEL, DISPATCH_LEVEL), Err(Mistake::LoweredUp));
        assert_eq!(raise(PASSIVE_LEVEL, 16), Err(Mistake::OutOfRange));
    }
}
