//! Marking requests cancelable, with the framework's verifier and without, as observed.

use netioctl_status::NtStatus;
use wdf_model::request::{Life, OnCancel, Place, Verifier};

fn owned() -> Life<u32> {
    Life { place: Place::Owned(Some(1)), ..Life::new() }
}

fn answer(result: Result<(), NtStatus>) -> NtStatus {
    result.err().unwrap_or(NtStatus::SUCCESS)
}

#[test]
fn what_is_not_marked_cannot_be_unmarked() {
    for (verifier, expected) in [(Verifier::Off, NtStatus::CANCELLED), (Verifier::On, NtStatus::INVALID_DEVICE_REQUEST)]
    {
        let mut never = owned();
        assert_eq!(answer(never.unmark(false, verifier)), expected);

        let mut failed = owned();
        assert_eq!(answer(failed.mark(true, verifier)), NtStatus::CANCELLED);
        assert_eq!(answer(failed.unmark(false, verifier)), expected);

        let mut twice = owned();
        assert_eq!(answer(twice.mark(false, verifier)), NtStatus::SUCCESS);
        assert_eq!(answer(twice.unmark(false, verifier)), NtStatus::SUCCESS);
        assert_eq!(answer(twice.unmark(false, verifier)), expected);
    }
}

#[test]
fn what_is_marked_is_marked_again_without_the_verifier_only() {
    for (verifier, expected) in [(Verifier::Off, NtStatus::SUCCESS), (Verifier::On, NtStatus::INVALID_DEVICE_REQUEST)] {
        let mut life = owned();
        assert_eq!(answer(life.mark(false, verifier)), NtStatus::SUCCESS);
        assert_eq!(answer(life.mark(false, verifier)), expected);
        assert_eq!(answer(life.unmark(false, verifier)), NtStatus::SUCCESS, "it has stayed marked");
    }
}

#[test]
fn a_race_with_cancellation_is_no_mistake() {
    for verifier in [Verifier::Off, Verifier::On] {
        let mut in_flight = owned();
        assert_eq!(answer(in_flight.mark(false, verifier)), NtStatus::SUCCESS);
        assert_eq!(answer(in_flight.unmark(true, verifier)), NtStatus::CANCELLED);

        let mut called = owned();
        assert_eq!(answer(called.mark(false, verifier)), NtStatus::SUCCESS);
        assert_eq!(called.cancel(), OnCancel::CallDriver);
        assert_eq!(answer(called.unmark(false, verifier)), NtStatus::CANCELLED);
    }
}

#[test]
fn whether_it_is_cancelled_may_be_asked_of_an_unmarked_request_that_is_the_drivers() {
    let mut life = owned();
    assert!(life.may_ask_whether_cancelled());
    assert_eq!(answer(life.mark(false, Verifier::On)), NtStatus::SUCCESS);
    assert!(!life.may_ask_whether_cancelled());
    assert_eq!(life.cancel(), OnCancel::CallDriver);
    assert!(!life.may_ask_whether_cancelled(), "not inside EvtRequestCancel either");
    assert!(!Life { place: Place::Waiting(1), ..Life::new() }.may_ask_whether_cancelled());
}
