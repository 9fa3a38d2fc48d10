//! What one thread sees.

use super::driver::{
    ASTRAY, Canary, DEFER, DIRECT, ECHO, EXTEND, Example, FAILS, FORGET, Handle, OTHER, PARK, REFUSED, live,
};
use crate::{
    NtStatus,
    framework::{Caller, Framework, Role},
    machine::{Machine, handle, on_machine, threads::once},
};
use foreign::Foreign;
use std::vec::Vec;
use wdf_model::tree::ObjectId;

/// A machine with a device.
fn with_device(test: fn(&'static Machine, ObjectId)) {
    on_machine(|machine| {
        Machine::start::<Example>();
        let device = machine.add_device().unwrap();
        test(machine, device);
        machine.remove(device);
        machine.unload();
        assert_eq!(live(), 0, "everything has been dropped");
    });
}

#[test]
fn a_request_is_served_and_completed() {
    once(|| {
        with_device(|machine, device| {
            let file = machine.open(device, Caller::default()).unwrap();
            let echo = machine.send(device, Some(file), ECHO, b"hello", 8);
            let end = machine.end_of(echo).unwrap();
            assert_eq!((end.status, end.information), (NtStatus::SUCCESS, 5));
            assert_eq!(end.output, b"hello\xa5\xa5\xa5", "what was not written is as it was");
            let direct = machine.send(device, Some(file), DIRECT, b"direct", 6);
            assert_eq!(machine.end_of(direct).unwrap().output, b"direct");
            machine.close(file);
        });
    });
}

#[test]
fn a_request_that_is_forgotten_fails() {
    once(|| {
        with_device(|machine, device| {
            let forgotten = machine.send(device, None, FORGET, &[], 0);
            assert_eq!(machine.end_of(forgotten).unwrap().status, NtStatus::UNSUCCESSFUL);
        });
    });
}

#[test]
fn what_the_io_manager_says_of_the_caller_reaches_the_handle() {
    once(|| {
        with_device(|machine, device| {
            let callers = [
                (Caller::default(), false, None),
                (Caller { access: 0x0012_0089, logon_session: Some(5) }, false, Some(5)),
                (Caller { access: 0x0012_019f, logon_session: Some(u64::MAX) }, true, Some(u64::MAX)),
            ];
            for (caller, may_write, session) in callers {
                let file = machine.open(device, caller).unwrap();
                // SAFETY: the handle is open.
                let context = unsafe { crate::OpenFile::<Handle>::from_raw(handle(file).cast()) }.unwrap();
                assert_eq!((context.may_write, context.logon_session), (may_write, session));
                machine.close(file);
            }
        });
    });
}

#[test]
fn a_handle_that_is_refused_has_no_context_that_could_be_dropped() {
    once(|| {
        with_device(|machine, device| {
            let before = live();
            let caller = Caller { access: 0, logon_session: Some(u64::from(REFUSED)) };
            assert_eq!(machine.open(device, caller), Err(NtStatus::ACCESS_DENIED));
            assert_eq!(live(), before);
        });
    });
}

#[test]
fn a_device_that_cannot_be_made_leaves_nothing() {
    once(|| {
        on_machine(|machine| {
            Machine::start::<Example>();
            FAILS.set(true);
            assert_eq!(machine.add_device(), Err(NtStatus::INSUFFICIENT_RESOURCES));
            FAILS.set(false);
            machine.lock().no_memory = true;
            assert_eq!(machine.add_device(), Err(NtStatus::INSUFFICIENT_RESOURCES));
            assert_eq!(machine.lock().problem, "WdfDeviceCreate failed");
            machine.lock().no_memory = false;
            machine.unload();
            assert_eq!(live(), 0);
        });
    });
}

#[test]
fn a_queue_takes_the_requests_of_its_own_handle_only() {
    once(|| {
        with_device(|machine, device| {
            let [one, other] = [0; 2].map(|_| machine.open(device, Caller::default()).unwrap());
            // SAFETY: the handle is open.
            let context = unsafe { crate::OpenFile::<Handle>::from_raw(handle(other).cast()) }.unwrap();
            OTHER.set(Some(context.own.clone()));
            let astray = machine.send(device, Some(one), ASTRAY, &[], 0);
            assert_eq!(machine.end_of(astray).unwrap().status, NtStatus::INVALID_DEVICE_REQUEST);
            OTHER.set(None);
            machine.close(one);
            machine.close(other);
        });
    });
}

#[test]
fn requests_wait_until_somebody_ends_them() {
    once(|| {
        with_device(|machine, device| {
            let file = machine.open(device, Caller::default()).unwrap();
            let parked: Vec<_> = (0..3).map(|_| machine.send(device, Some(file), PARK, &[], 0)).collect();
            assert!(parked.iter().all(|&request| machine.end_of(request).is_none()));
            machine.cancel(parked[1]);
            assert_eq!(machine.end_of(parked[1]).unwrap().status, NtStatus::CANCELLED);
            // SAFETY: the handle is open.
            let context = unsafe { crate::OpenFile::<Handle>::from_raw(handle(file).cast()) }.unwrap();
            let next = context.own.take_next().expect("two wait");
            next.complete(NtStatus::SUCCESS, 0);
            assert_eq!(machine.end_of(parked[0]).unwrap().status, NtStatus::SUCCESS, "the oldest first");
            machine.close(file);
            assert_eq!(machine.end_of(parked[2]).unwrap().status, NtStatus::CANCELLED);
        });
    });
}

#[test]
fn a_handle_is_extended_once() {
    once(|| {
        with_device(|machine, device| {
            let file = machine.open(device, Caller::default()).unwrap();
            machine.lock().no_memory = true;
            let refused = machine.send(device, Some(file), EXTEND, &[], 0);
            assert_eq!(machine.end_of(refused).unwrap().status, NtStatus::INSUFFICIENT_RESOURCES);
            machine.lock().no_memory = false;
            let before = live();
            for _ in 0..3 {
                machine.send(device, Some(file), EXTEND, &[], 0);
            }
            assert_eq!(live(), before + 1);
            // SAFETY: the handle is open.
            let context = unsafe { crate::OpenFile::<Handle>::from_raw(handle(file).cast()) }.unwrap();
            let extra = context.extension().expect("it has been extended");
            assert_eq!(extra.events.locked(|events, _| events.len()), 3);
            machine.close(file);
            assert_eq!(live(), before - 1, "the handle and what was added");
        });
    });
}

#[test]
fn a_reference_keeps_the_context_and_not_the_handle() {
    once(|| {
        on_machine(|machine| {
            Machine::start::<Example>();
            let device = machine.add_device().unwrap();
            let file = machine.open(device, Caller::default()).unwrap();
            // SAFETY: the handle is open.
            let reference = unsafe { crate::OpenFile::<Handle>::from_raw(handle(file).cast()) }.unwrap().reference();
            let raw = reference.clone().into_raw();
            machine.close(file);
            machine.remove(device);
            assert!(reference.is_closed());
            reference.context().expect("it stays").canary.sings();
            drop(reference);
            // SAFETY: the number is that of the reference, which is taken back once, below.
            unsafe { crate::FileObject::<Handle>::with_raw(raw, |file| file.context().unwrap().canary.sings()) };
            // SAFETY: as above.
            drop(unsafe { crate::FileObject::<Handle>::from_raw(raw) });
            machine.unload();
            assert_eq!(live(), 0);
        });
    });
}

#[test]
fn work_is_done_for_a_request_that_waits() {
    once(|| {
        with_device(|machine, device| {
            let file = machine.open(device, Caller::default()).unwrap();
            let deferred = machine.send(device, Some(file), DEFER, &[], 4);
            assert_eq!(machine.wait_for(deferred).output, b"done");
            machine.lock().no_memory = true;
            let refused = machine.send(device, Some(file), DEFER, &[], 4);
            machine.lock().no_memory = false;
            assert_eq!(machine.end_of(refused).unwrap().status, NtStatus::DEVICE_REMOVED);
            machine.close(file);
        });
    });
}

#[test]
fn an_object_without_a_context_has_none() {
    once(|| {
        with_device(|machine, device| {
            // SAFETY: the handle is valid.
            assert!(unsafe { machine.context(handle(device), Role::Extension) }.is_null());
            let canary = Canary::new();
            canary.sings();
        });
    });
}

/// Everything that the driver does with a device, from its arrival to its removal; how far it gets does not matter.
fn whole_life(machine: &'static Machine) {
    let Ok(device) = machine.add_device() else { return };
    let before = live();
    if let Ok(file) = machine.open(device, Caller::default()) {
        for (code, input) in [(ECHO, b"hello"), (DIRECT, b"hello"), (EXTEND, b"hello"), (EXTEND, b"again")] {
            let request = machine.send(device, Some(file), code, input, 8);
            assert!(machine.end_of(request).is_some(), "it is completed at once");
        }
        let waiting = [PARK, DEFER, PARK].map(|code| machine.send(device, Some(file), code, &[], 4));
        machine.cancel(waiting[0]);
        machine.close(file);
        for request in waiting {
            machine.wait_for(request);
        }
    }
    machine.settle();
    assert_eq!(live(), before, "what belonged to the handle has gone with it");
    machine.remove(device);
}

/// One call after the other is refused, until a life passes in which there are no more. On each machine everything is dropped
/// once, and no object is left.
#[test]
fn whichever_call_fails_nothing_is_lost_or_left() {
    once(|| {
        // Miri takes four seconds for each.
        let (mut calls, step) = if cfg!(miri) { (4, 9) } else { (0, 1) };
        loop {
            let mut unused = None;
            on_machine(|machine| {
                Machine::start::<Example>();
                machine.lock().refused_after = Some(calls);
                whole_life(machine);
                unused = machine.lock().refused_after.take();
                whole_life(machine);
                machine.unload();
                assert_eq!(live(), 0, "after the refusal of call {calls}");
            });
            if unused.is_some() {
                break;
            }
            calls += step;
        }
        assert!(calls > 15, "only {calls} calls may fail");
    });
}
