//! I/O targets.

use netioctl_status::NtStatus;
use wdf_abi::SendOptions;
use wdf_model::request::{Life, Place, Verifier};
use wdf_model::target::{Admission, Options, State, outcome, part};

const TIMEOUT: i32 = 1;
const SYNCHRONOUS: i32 = 2;
const IGNORE_STATE: i32 = 4;
const FORGET: i32 = 8;

fn options(flags: i32) -> Result<Options, NtStatus> {
    Options::check(Some(SendOptions { size: wdf_abi::size::<SendOptions>(), flags, timeout: -7 }))
}

#[test]
fn options_are_checked() {
    assert_eq!(Options::check(None), Ok(Options::default()));
    assert_eq!(options(TIMEOUT).map(|options| options.timeout), Ok(Some(-7)));
    assert_eq!(options(SYNCHRONOUS).map(|options| (options.synchronous, options.timeout)), Ok((true, None)));
    for wrong in [FORGET | TIMEOUT, FORGET | SYNCHRONOUS, 0x10] {
        assert_eq!(options(wrong), Err(NtStatus::INVALID_PARAMETER), "{wrong:#x}");
    }
    let short = SendOptions { size: 4, flags: 0, timeout: 0 };
    assert_eq!(Options::check(Some(short)), Err(NtStatus::INFO_LENGTH_MISMATCH));
}

#[test]
fn a_target_that_is_not_started_takes_what_it_can_keep() {
    let refused = Admission::Refuse(NtStatus::INVALID_DEVICE_STATE);
    for (state, flags, expected) in [
        (State::Started, 0, Admission::Send),
        (State::Started, FORGET, Admission::Send),
        (State::Stopped, 0, Admission::Wait),
        (State::Stopped, TIMEOUT, Admission::Wait),
        (State::Stopped, SYNCHRONOUS, refused),
        (State::Stopped, FORGET, refused),
        (State::Stopped, SYNCHRONOUS | IGNORE_STATE, Admission::Send),
        (State::Purged, 0, refused),
        (State::Purged, IGNORE_STATE, Admission::Send),
        (State::Closed, IGNORE_STATE, refused),
        (State::ClosedForQueryRemove, 0, refused),
        (State::Deleted, IGNORE_STATE, refused),
    ] {
        assert_eq!(state.admit(options(flags).unwrap()), expected, "{state:?} {flags:#x}");
    }
}

#[test]
fn only_what_is_open_starts_and_stops() {
    for state in [State::Started, State::Stopped, State::Purged] {
        assert_eq!(state.start(), Ok(State::Started));
        assert_eq!(state.halt(State::Stopped), State::Stopped);
        assert!(!state.can_open());
    }
    for state in [State::Closed, State::ClosedForQueryRemove, State::Deleted] {
        assert_eq!(state.start(), Err(NtStatus::INVALID_DEVICE_STATE));
        assert_eq!(state.halt(State::Purged), state);
    }
    assert!(State::Closed.can_open() && State::ClosedForQueryRemove.can_open() && !State::Deleted.can_open());
}

#[test]
fn a_request_that_was_cancelled_for_its_time_has_timed_out() {
    assert_eq!(outcome(NtStatus::CANCELLED, true), NtStatus::IO_TIMEOUT);
    assert_eq!(outcome(NtStatus::CANCELLED, false), NtStatus::CANCELLED);
    assert_eq!(outcome(NtStatus::SUCCESS, true), NtStatus::SUCCESS);
}

#[test]
fn a_part_of_a_buffer_lies_in_it() {
    assert_eq!(part(16, None), Ok((0, 16)));
    assert_eq!(part(16, Some((4, 8))), Ok((4, 8)));
    assert_eq!(part(16, Some((4, 0))), Ok((4, 12)));
    assert_eq!(part(16, Some((12, 8))), Err(NtStatus::BUFFER_TOO_SMALL));
    assert_eq!(part(16, Some((usize::MAX, 2))), Err(NtStatus::INTEGER_OVERFLOW));
}

#[test]
fn a_request_is_sent_once_and_comes_back_to_its_queue() {
    let mut life = Life::<u8>::new();
    life.place = Place::Owned(Some(3));
    assert_eq!(life.send(), Ok(()));
    assert!(life.is_sent() && !life.is_owned());
    assert_eq!(life.queue(), Some(3));
    assert!(life.send().is_err());
    life.come_back();
    assert_eq!(life.place, Place::Owned(Some(3)));
    life.mark(false, Verifier::Off).unwrap();
    assert!(life.send().is_err());
    assert!(life.is_owned());
}
